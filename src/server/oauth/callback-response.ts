/** Checks what came back on the redirect URI before anything is done with it. */

import { AuthorizationResponseError, type AuthorizationServer, validateAuthResponse } from 'oauth4webapi'
import { AuthenticationError, InvalidRequestError } from '../../protocol/errors.ts'
import type { Contact, Endpoints } from './contact.ts'
import { printable } from './token-response.ts'

/** A checked answer: a code, or the authorization server's own error. */
export type CallbackResponse =
  | { readonly kind: 'code'; readonly code: string; readonly params: URLSearchParams }
  | { readonly kind: 'error'; readonly error: string; readonly description: string }

/**
 * Checks state and issuer of an authorization response, errors included, so that nobody else's error ends an attempt.
 *
 * @param query - The callback's query string without `?`.
 * @param state - The state of the attempt.
 * @throws {AuthenticationError} `state_mismatch` · `issuer_mismatch`
 * @throws {InvalidRequestError} `invalid_request` for a doubled or missing parameter
 * @see RFC 6749 §4.1.2, RFC 9207 §2.4
 */
export function readCallback({ record, client, endpoints }: Contact, query: string, state: string): CallbackResponse {
  const params = new URLSearchParams(query)
  for (const name of new Set(params.keys())) {
    if (params.getAll(name).length > 1)
      throw new InvalidRequestError('invalid_request', `callback: ${name} stands twice.`)
  }
  if (params.get('state') !== state)
    throw new AuthenticationError(
      'state_mismatch',
      'The answer belongs to another attempt. Start the connection again.',
    )
  checkIssuer(endpoints, params.get('iss'))
  const server: AuthorizationServer = { issuer: endpoints.issuer ?? 'https://unnamed.invalid' }
  // Only what is asked of it: `iss` was checked above, and other names would be taken for answers of other kinds.
  const read = new URLSearchParams([...params].filter(([name]) => readNames.includes(name)))
  try {
    validateAuthResponse(server, { client_id: client.clientId }, read, state)
  } catch (error) {
    if (!(error instanceof AuthorizationResponseError))
      throw new InvalidRequestError('invalid_request', 'callback: is not an answer to this request.')
    return { kind: 'error', error: printable(error.error), description: printable(error.error_description) }
  }
  const code = params.get(record.callback?.code ?? 'code')
  if (!code) throw new InvalidRequestError('invalid_request', 'callback: there is neither code nor error.')
  return { kind: 'code', code, params }
}

/** RFC 6749 §4.1.2, §4.1.2.1 */
const readNames = ['state', 'code', 'error', 'error_description', 'error_uri']

function checkIssuer({ issuer: expected, issuerRequired }: Endpoints, issuer: string | null): void {
  if (expected === null) return
  if (issuer === expected || (issuer === null && !issuerRequired)) return
  throw new AuthenticationError(
    'issuer_mismatch',
    'The answer comes from another authorization server. Start the connection again.',
  )
}
