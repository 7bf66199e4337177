/** The reasons for what happens in a browser or process before a backend is asked, or without one. */

import { type ReasonEntry, entry } from './reason-entry.ts'

export const clientReasons = {
  no_token_source: entry(
    'INVALID_REQUEST',
    undefined,
    'There is no way to get a connect token',
    'Set token-url, getAuthToken or authToken.',
  ),
  token_source_failed: entry(
    'AUTH_FAILED',
    undefined,
    'The host did not give a connect token',
    "Check the host's token endpoint; is the user signed in?",
  ),
  token_source_unavailable: entry(
    'NETWORK_ERROR',
    undefined,
    'The host gives no connect token for now',
    "Try again in a moment; if it stays so, check the host's token endpoint or getAuthToken.",
    true,
  ),
  backend_unreachable: entry(
    'NETWORK_ERROR',
    undefined,
    'The backend cannot be reached',
    'Check base-url and the network; then try again.',
    true,
  ),
  part_unavailable: entry(
    'NETWORK_ERROR',
    undefined,
    'A part of the element could not be loaded',
    'Check that the files of one version stand side by side, unchanged; then try again.',
    true,
  ),
  protocol_mismatch: entry(
    'INVALID_RESPONSE',
    undefined,
    "The backend's answer is not of this protocol",
    'Check base-url, and that client and backend have the same version.',
  ),
  insecure_context: entry(
    'INVALID_REQUEST',
    undefined,
    'The page is not secure',
    'Serve it over https, or from localhost while developing.',
  ),
  popup_blocked: entry(
    'INVALID_REQUEST',
    undefined,
    'The browser blocked the window',
    'Press the link that the page shows. In a frame, give its sandbox allow-popups and allow-popups-to-escape-sandbox.',
  ),
  cancelled: entry('AUTH_FAILED', undefined, 'The person cancelled', 'Connect again.'),
  expired: entry('TIMEOUT', undefined, 'The attempt took too long', 'Connect again.'),
  timeout: entry('TIMEOUT', undefined, 'The wait took too long', 'The attempt goes on; wait again or cancel it.'),
  aborted: entry('AUTH_FAILED', undefined, 'The wait was aborted', 'Nothing is lost; wait again.'),
  signed_out: entry('AUTH_FAILED', undefined, 'The user signed out', 'Sign in and connect again.'),
  person_changed: entry(
    'AUTH_FAILED',
    undefined,
    "The host's next token is another person's",
    'Show what is theirs; then call again. Nothing was done in their name.',
  ),
} satisfies Record<string, ReasonEntry>
