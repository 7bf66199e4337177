/** What an error code of an authorization server is called here: one reason for each code of its RFC. */

import { type ConnectorAuthError, errorOf } from '../../protocol/errors.ts'
import { type Reason, reasons } from '../../protocol/reasons.ts'

/** Codes that mean the same wherever they are answered. */
const anywhere: Readonly<Record<string, Reason>> = {
  invalid_request: 'request_refused',
  unauthorized_client: 'client_not_authorized',
  invalid_scope: 'scope_refused',
  invalid_target: 'target_refused',
  interaction_required: 'interaction_required',
  login_required: 'interaction_required',
  consent_required: 'interaction_required',
  account_selection_required: 'interaction_required',
  server_error: 'authorization_server_error',
  temporarily_unavailable: 'authorization_server_unavailable',
}

/**
 * The reason of an error at the authorization endpoint; `authorization_refused` for a code that no RFC has.
 *
 * @see RFC 6749 §4.1.2.1, RFC 8707 §2, OpenID Connect Core §3.1.2.6
 */
export function authorizationReason(error: string): Reason {
  if (error === 'access_denied') return 'access_denied'
  if (error === 'unsupported_response_type') return 'response_type_not_supported'
  return own(anywhere, error) ?? 'authorization_refused'
}

/**
 * The reason of an error of the token endpoint that speaks of the request or the client.
 *
 * @see RFC 6749 §5.2, RFC 8707 §2
 */
export function tokenReason(error: string): Reason {
  if (error === 'unsupported_grant_type') return 'grant_type_not_supported'
  return own(anywhere, error) ?? 'client_registration_refused'
}

/** The error of the class that belongs to the reason. */
export const refusalOf = (reason: Reason, message: string): ConnectorAuthError =>
  errorOf(reasons[reason].code, reason, message, { retryable: reasons[reason].retryable ?? false })

const own = (table: Readonly<Record<string, Reason>>, name: string) =>
  Object.hasOwn(table, name) ? table[name] : undefined
