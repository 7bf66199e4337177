/** The reasons that speak of connectors, of what people type, of roads and of the proxy. */

import { type ReasonEntry, entry } from './reason-entry.ts'

export const connectorReasons = {
  // What people type, and what hosts add.
  wrong_method: entry(
    'INVALID_REQUEST',
    400,
    'The connector is connected in another way',
    'See its method in GET /api/v1/connectors.',
  ),
  provider_file_invalid: entry(
    'INVALID_REQUEST',
    400,
    'A provider of another system cannot be read',
    'Correct the field that the message names; docs/reference-systems.md shows the shapes that are known.',
  ),
  connector_exists: entry(
    'INVALID_REQUEST',
    409,
    'There is a connector of this id already',
    'Change it with PUT /api/v1/connectors, or choose another name.',
  ),
  connector_moved: entry(
    'INVALID_REQUEST',
    409,
    'The record would send credentials that are kept to another host',
    'Check the host that the message names; where it is right, say so with `move: true` (`--move`). For a client secret alone, send it anew with the record.',
  ),
  invalid_input: entry(
    'INVALID_REQUEST',
    400,
    'A field of the form is missing or not as it must be',
    'Correct the field that the message names.',
  ),
  credentials_rejected: entry(
    'AUTH_FAILED',
    422,
    'The service did not accept what was typed',
    'Check it at the service and try again; nothing was stored.',
  ),
  service_unavailable: entry(
    'NETWORK_ERROR',
    502,
    'The service cannot be reached or does not serve',
    'Try again in a moment.',
    true,
  ),
  connector_invalid: entry(
    'INVALID_REQUEST',
    400,
    'The connector record has faults',
    'Correct every field that the message names.',
  ),
  capture_failed: entry(
    'INVALID_RESPONSE',
    502,
    'The service did not tell a value that later calls need',
    "Check the connector's capture rules.",
  ),
  invalid_metadata: entry(
    'INVALID_RESPONSE',
    502,
    "The authorization server's metadata cannot be used",
    "Check the record's issuer: the metadata must name the same one.",
  ),

  // Roads.
  invalid_redirect: entry(
    'INVALID_REQUEST',
    400,
    'The attempt may not come back there',
    "Use a registered return URL, a loopback redirect URI, or a URL on the page's own origin.",
  ),
  road_not_allowed: entry(
    'AUTH_FAILED',
    403,
    'This road is off for the connector',
    'Name the connector in deviceConnectors.',
  ),
  wrong_road: entry(
    'INVALID_REQUEST',
    409,
    'An attempt on this road is finished by another request',
    'Pages and loopback processes redeem; hosts complete.',
  ),
  not_started_here: entry(
    'AUTH_FAILED',
    403,
    'The connection was not started in this browser',
    'Return to the app and connect again.',
  ),
  bridge_blocked: entry(
    'INVALID_REQUEST',
    undefined,
    'The page forbids the form that opens the window',
    "List the backend in the page's form-action; give a frame's sandbox allow-forms, allow-popups and allow-popups-to-escape-sandbox.",
  ),
  answer_not_there: entry(
    'AUTH_FAILED',
    409,
    'No answer has come back, or it came too long ago',
    'Let the user finish at the service, or start again.',
  ),
  completion_code_wrong: entry(
    'AUTH_FAILED',
    400,
    'The completion code is not the one of this attempt',
    'Type it again; after five wrong ones start the connection again.',
  ),

  // Calls of a page.
  url_not_allowed: entry(
    'INVALID_REQUEST',
    undefined,
    "The URL is not among the connector's origins",
    "Call an origin of the record's apiOrigins or proxy; nothing was sent.",
  ),
  redirect_refused: entry(
    'INVALID_RESPONSE',
    undefined,
    'The service redirects, which is not followed',
    'Call the final URL; it must be on an origin of the connector.',
  ),

  // The proxy.
  proxy_host_unknown: entry(
    'INVALID_REQUEST',
    404,
    "The connector's record proxies no such host",
    "Use an alias of the record's proxy.",
  ),
  method_not_proxied: entry('INVALID_REQUEST', 405, 'The method is not proxied', "See the record's proxy.methods."),
  path_not_allowed: entry('INVALID_REQUEST', 400, 'The path is not proxied', "See the record's proxy.paths."),
} satisfies Record<string, ReasonEntry>
