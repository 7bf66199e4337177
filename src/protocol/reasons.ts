/** Every reason an error can have: its code, its HTTP status, whether a retry helps, and what to do. */

import { clientReasons } from './client-reasons.ts'
import { connectorReasons } from './connector-reasons.ts'
import { oauthReasons } from './oauth-reasons.ts'
import { type ErrorCode, type ReasonEntry, entry } from './reason-entry.ts'

export type { ErrorCode }

const table = {
  // A request that cannot be understood.
  invalid_request: entry(
    'INVALID_REQUEST',
    400,
    'The request is not valid',
    'Correct the field that the message names.',
  ),
  invalid_json: entry(
    'INVALID_REQUEST',
    400,
    'The body is not JSON',
    'Send one JSON object with Content-Type: application/json.',
  ),
  unsupported_media_type: entry(
    'INVALID_REQUEST',
    415,
    'The body has the wrong media type',
    'Send Content-Type: application/json without a Content-Encoding.',
  ),
  body_too_large: entry('INVALID_REQUEST', 413, 'The body is too large', 'Send at most 64 kB.'),
  credential_in_url: entry(
    'INVALID_REQUEST',
    400,
    'A credential stands in the URL',
    'Send it in the Authorization header and replace it: URLs are logged.',
  ),
  not_found: entry('INVALID_REQUEST', 404, 'There is nothing here', 'Check the path and the id.'),
  request_timeout: entry('TIMEOUT', 408, 'The body did not arrive in time', 'Send the whole body within 10 s.', true),
  rate_limited: entry('NETWORK_ERROR', 429, 'Too many requests', 'Wait as many seconds as Retry-After says.', true),
  method_not_allowed: entry(
    'INVALID_REQUEST',
    405,
    'The method is not allowed here',
    'Use a method of the Allow header.',
  ),
  // Who may call.
  credential_missing: entry(
    'AUTH_FAILED',
    401,
    'The request carries no credential',
    'Send Authorization: Bearer with a connect token or an API key.',
  ),
  credential_ambiguous: entry('INVALID_REQUEST', 400, 'The request carries two credentials', 'Send exactly one.'),
  credential_not_accepted: entry(
    'AUTH_FAILED',
    403,
    'This kind of credential is not accepted here',
    'See the route in the OpenAPI document.',
  ),
  connect_token_invalid: entry(
    'AUTH_FAILED',
    401,
    'The connect token is not valid',
    'Mint a new one for the signed-in user.',
  ),
  connect_token_expired: entry(
    'AUTH_FAILED',
    401,
    'The connect token has expired',
    'Mint a new one for the signed-in user.',
  ),
  api_key_invalid: entry('AUTH_FAILED', 401, 'The API key is not valid', 'Check the configured API key.'),
  api_key_configured: entry(
    'INVALID_REQUEST',
    409,
    'The API key stands in the configuration',
    'Take it out of the configuration and start the backend again.',
  ),
  jwt_invalid: entry(
    'AUTH_FAILED',
    401,
    "The host's JWT is not valid",
    "Compare issuer, audience, algorithm, lifetime and claims with the backend's jwt option.",
  ),
  jwks_unavailable: entry(
    'NETWORK_ERROR',
    503,
    "The host's keys cannot be had",
    'Try again in a moment; check jwksUrl.',
    true,
  ),
  metrics_token_invalid: entry(
    'AUTH_FAILED',
    401,
    'The metrics token is not valid',
    'Send the configured metrics token as a bearer.',
  ),
  api_key_in_browser: entry(
    'AUTH_FAILED',
    403,
    'An API key was sent from a browser',
    'Replace the key now: it is public. Browsers use connect tokens.',
  ),
  origin_not_allowed: entry('AUTH_FAILED', 403, 'This origin may not call', 'Add the exact origin to allowedOrigins.'),
  owner_mismatch: entry(
    'AUTH_FAILED',
    403,
    'The body names another owner than the connect token',
    'Leave the owner out: the token says who it is.',
  ),
  action_not_allowed: entry(
    'AUTH_FAILED',
    403,
    'The connect token does not allow this action',
    'Mint a token with this action.',
  ),

  // Connectors and connections.
  unknown_connector: entry(
    'INVALID_REQUEST',
    404,
    'No connector has this id',
    'Check the id against GET /api/v1/connectors.',
  ),
  connector_not_configured: entry(
    'INVALID_REQUEST',
    400,
    'The connector has no client registration',
    'Configure its client id and secret.',
  ),
  not_connected: entry('AUTH_FAILED', 404, 'There is no such connection', 'Connect the account first.'),
  connection_ambiguous: entry('INVALID_REQUEST', 409, 'Several connections fit', 'Name one by its connection id.'),
  needs_reconnect: entry(
    'AUTH_FAILED',
    409,
    'The connection must be authorized again',
    'Let the user connect again; the connection keeps its id.',
  ),
  scope_not_allowed: entry(
    'INVALID_REQUEST',
    400,
    'A scope is not offered by the connector',
    "Ask for scopes of the connector's record and of the connect token.",
  ),
  proxy_only: entry(
    'AUTH_FAILED',
    403,
    "The connector's tokens do not reach a browser",
    'Read them on your server, with an API key.',
  ),
  scope_beyond_token: entry(
    'AUTH_FAILED',
    403,
    'The connection has scopes that the connect token does not allow',
    'Mint a token for these scopes, or connect with fewer.',
  ),
  scope_not_granted: entry(
    'AUTH_FAILED',
    409,
    'The connection was not granted a scope',
    'Connect again and ask for the scope.',
  ),
  scope_not_separable: entry(
    'INVALID_REQUEST',
    undefined,
    'The token has more scopes than were asked for',
    'Ask for them too, or leave exactScopes out; the authorization server gives no smaller token.',
  ),
  refresh_in_progress: entry(
    'NETWORK_ERROR',
    503,
    'The token is being refreshed elsewhere',
    'Try again in a moment.',
    true,
  ),
  callback_not_configured: entry(
    'INVALID_REQUEST',
    400,
    'This origin has no callback page',
    "Configure callbacks for the page's origin, or serve the page from the public URL's origin.",
  ),

  ...connectorReasons,
  ...oauthReasons,

  // One attempt to authorize.
  session_expired: entry('AUTH_FAILED', 400, 'The attempt has expired', 'Start the connection again.'),
  session_consumed: entry(
    'AUTH_FAILED',
    409,
    'The attempt was already finished by another answer',
    'Start the connection again.',
  ),
  redeem_in_progress: entry(
    'NETWORK_ERROR',
    409,
    'The same answer is being redeemed',
    'Send the same request again in a moment.',
    true,
  ),
  state_mismatch: entry('AUTH_FAILED', 400, 'The answer belongs to another attempt', 'Start the connection again.'),
  issuer_mismatch: entry(
    'AUTH_FAILED',
    400,
    'The answer comes from another authorization server',
    'Start the connection again.',
  ),
  redirect_uri_mismatch: entry(
    'AUTH_FAILED',
    400,
    'The answer came back on another redirect URI',
    'Start the connection again.',
  ),
  verifier_mismatch: entry(
    'AUTH_FAILED',
    400,
    'The code verifier is not the one of this attempt',
    'Start the connection again.',
  ),
  access_denied: entry('AUTH_FAILED', 400, 'The person said no', 'Connect again to change that.'),
  authorization_refused: entry(
    'AUTH_FAILED',
    400,
    'The authorization server refused the request, for a reason of its own',
    'See its own error; check client id, redirect URI and scopes.',
  ),
  redemption_rejected: entry(
    'AUTH_FAILED',
    400,
    'The authorization server did not accept the code',
    'Start the connection again.',
  ),
  redeem_outcome_unknown: entry(
    'AUTH_FAILED',
    502,
    'It is not known whether the code was redeemed',
    'Start the connection again.',
  ),
  account_mismatch: entry(
    'AUTH_FAILED',
    409,
    'Another account was chosen than the one that is connected',
    'Choose the same account, or add it as another connection.',
  ),

  // The authorization server.
  authorization_server_unavailable: entry(
    'NETWORK_ERROR',
    502,
    'The authorization server cannot be reached or does not serve',
    'Try again in a moment.',
    true,
  ),
  authorization_server_busy: entry(
    'NETWORK_ERROR',
    503,
    'The authorization server is given a rest: it asked for it, or failed lately',
    'Wait as many seconds as Retry-After says.',
    true,
  ),
  authorization_server_timeout: entry(
    'TIMEOUT',
    504,
    'The authorization server did not answer in time',
    'Try again in a moment.',
    true,
  ),
  invalid_token_response: entry(
    'INVALID_RESPONSE',
    502,
    "The authorization server's answer is not a token response",
    "Check the connector's record.",
  ),
  client_registration_refused: entry(
    'AUTH_FAILED',
    502,
    'The authorization server refuses our client registration',
    "Correct the connector's client id and secret; connections are kept.",
  ),
  endpoint_not_allowed: entry(
    'INVALID_REQUEST',
    502,
    'An endpoint is not a public https address',
    "Correct the connector's record, or allow the address for this installation.",
  ),

  // The backend itself.
  store_schema_newer: entry(
    'INVALID_REQUEST',
    undefined,
    'A newer program has migrated the store',
    'Run that program, or a newer one; nothing was changed.',
  ),
  store_schema_older: entry(
    'INVALID_REQUEST',
    undefined,
    'The store has an older schema',
    'Run connector-auth migrate first.',
  ),
  store_unusable: entry(
    'INVALID_REQUEST',
    undefined,
    'The store cannot be opened',
    'Mend what the message names: the path, its permissions, the disk; bring back a backup of a damaged file.',
  ),
  store_file_invalid: entry(
    'INVALID_REQUEST',
    undefined,
    'The exported file cannot be imported',
    'Export it again with the version of this program, and copy the whole file.',
  ),
  store_not_empty: entry(
    'INVALID_REQUEST',
    undefined,
    'The store holds something already',
    'Import into a new database; nothing was changed.',
  ),
  storage_unavailable: entry(
    'NETWORK_ERROR',
    503,
    'The store does not answer',
    'Try again in a moment; in a page that would leave for a full-page redirect, allow site data.',
    true,
  ),
  key_unavailable: entry(
    'NETWORK_ERROR',
    503,
    'A sealing key is missing',
    'Give the backend the key that its log names.',
    true,
  ),
  decrypt_failed: entry(
    'NETWORK_ERROR',
    500,
    'A sealed text does not open where it stands',
    'Find out who changed the store; restore the row from a backup, or let the user reconnect.',
  ),
  draining: entry(
    'NETWORK_ERROR',
    503,
    'The process is about to end',
    'Send requests to another replica, or try again in a moment.',
    true,
  ),
  internal: entry('NETWORK_ERROR', 500, 'The backend made a mistake', 'Report the request id.', true),
  invalid_configuration: entry(
    'INVALID_REQUEST',
    undefined,
    'The configuration is not valid',
    'Correct every fault that the message lists.',
  ),
  ...clientReasons,
} satisfies Record<string, ReasonEntry>

/** A stable, fine-grained reason; also a section of docs/errors.md. */
export type Reason = keyof typeof table

/** The catalogue of reasons. */
export const reasons: Readonly<Record<Reason, ReasonEntry>> = table
