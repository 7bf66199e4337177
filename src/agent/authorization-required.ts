/** The signal that a person must authorize: an error with the connector's name, and with the URL once there is one. */

import { AuthenticationError, type ConnectorAuthError, type ErrorDetails } from '../protocol/errors.ts'
import type { Reason } from '../protocol/reasons.ts'
import type { AuthSession } from './auth-session.ts'

/** What a host is told when a person must authorize: show them `authorizationUrl` (and the code of a device). */
export interface AuthorizationRequired {
  readonly connectorId: string
  readonly reason: Reason
  readonly authorizationUrl: string
  readonly session: AuthSession
}

/** A connection is missing, has ended, or lacks a scope: `not_connected`, `needs_reconnect`, `scope_not_granted`. */
export class AuthorizationRequiredError extends AuthenticationError {
  readonly connectorId: string
  /** The connection that was meant, where one was named. */
  readonly connectionId: string | undefined
  /** The scopes that were wanted. */
  readonly scopes: readonly string[] | undefined
  /** Where the person authorizes, once an attempt was started. */
  readonly authorizationUrl: string | undefined
  /** The attempt that was started; not enumerable, so that no log writes it out. */
  declare readonly session: AuthSession | undefined

  constructor(
    of: {
      readonly connectorId: string
      readonly reason: Reason
      readonly connectionId?: string | undefined
      readonly scopes?: readonly string[] | undefined
      readonly session?: AuthSession | undefined
    },
    message: string,
    details?: ErrorDetails,
  ) {
    super(of.reason, message, details)
    this.name = 'AuthorizationRequiredError'
    this.connectorId = of.connectorId
    this.connectionId = of.connectionId
    this.scopes = of.scopes
    this.authorizationUrl = of.session?.redirectUrl
    Object.defineProperty(this, 'session', { value: of.session, enumerable: false })
  }
}

const required: readonly Reason[] = ['not_connected', 'needs_reconnect', 'scope_not_granted']

/** The signal in an error, where it is one that authorizing again mends; else the error as it is. */
export function signalIn(
  error: ConnectorAuthError,
  connectorId: string,
  wanted: { readonly connectionId?: string | undefined; readonly scopes?: readonly string[] | undefined } = {},
): ConnectorAuthError {
  if (!required.includes(error.reason) || error instanceof AuthorizationRequiredError) return error
  const { reason, message, requestId, statusCode } = error
  const details = { cause: error, ...(requestId && { requestId }), ...(statusCode && { statusCode }) }
  return new AuthorizationRequiredError({ ...wanted, connectorId, reason }, message, details)
}
