/** The reasons for what an authorization server or an API refuses: one for each code of RFC 6749, 6750 and 8707. */

import { type ReasonEntry, entry } from './reason-entry.ts'

export const oauthReasons = {
  // At the authorization endpoint and the token endpoint (RFC 6749 §4.1.2.1 and §5.2).
  request_refused: entry(
    'AUTH_FAILED',
    502,
    'The authorization server calls the request invalid (invalid_request)',
    "Check the connector's record: a parameter is missing, doubled or not known there.",
  ),
  client_not_authorized: entry(
    'AUTH_FAILED',
    502,
    'The client may not use this grant (unauthorized_client)',
    'Allow the grant in the registration at the service.',
  ),
  response_type_not_supported: entry(
    'AUTH_FAILED',
    502,
    'The authorization server gives no codes to this client (unsupported_response_type)',
    'Allow the authorization code grant in the registration at the service.',
  ),
  grant_type_not_supported: entry(
    'AUTH_FAILED',
    502,
    'The token endpoint does not know the grant (unsupported_grant_type)',
    "Check the connector's token and refresh rules.",
  ),
  scope_refused: entry(
    'AUTH_FAILED',
    502,
    'The authorization server does not give a scope (invalid_scope)',
    'Ask for scopes that the registration at the service has.',
  ),
  target_refused: entry(
    'AUTH_FAILED',
    502,
    'The authorization server does not know the API that the token is for (invalid_target)',
    "Check the record's resource (RFC 8707).",
  ),
  interaction_required: entry(
    'AUTH_FAILED',
    502,
    'The authorization server must ask the person (login_required, consent_required, interaction_required)',
    'Start the connection again, without prompt=none.',
  ),
  authorization_server_error: entry(
    'NETWORK_ERROR',
    502,
    'The authorization server failed (server_error)',
    'Start the connection again in a moment.',
    true,
  ),

  // At the API (RFC 6750 §3.1).
  api_request_refused: entry(
    'INVALID_REQUEST',
    undefined,
    'The API calls the request invalid (invalid_request)',
    'Send the token in one place only, and the parameters that the API knows.',
  ),
  token_rejected: entry(
    'AUTH_FAILED',
    undefined,
    'The API does not take the access token, not even a fresh one (invalid_token)',
    'Connect again; check that the token is for this API.',
  ),
  insufficient_scope: entry(
    'AUTH_FAILED',
    undefined,
    'The call needs a scope that the token has not (insufficient_scope)',
    'Authorize again with the scopes that the error names.',
  ),
} satisfies Record<string, ReasonEntry>
