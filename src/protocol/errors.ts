/** The one family of errors, in the browser, on servers and over HTTP. */

import type { ErrorCode, Reason } from './reasons.ts'

export type { ErrorCode }

/** What an error may carry beside its code, reason and message. */
export interface ErrorDetails {
  readonly cause?: unknown
  /** Whether the same call may succeed later. */
  readonly retryable?: boolean
  /** The backend's id of the request that failed, to quote in a report. */
  readonly requestId?: string
  /** The HTTP status that was answered, where there was an answer. */
  readonly statusCode?: number
}

/** The base of every error this package throws: `code` and `reason` are stable, the message says what to do. */
export class ConnectorAuthError extends Error {
  readonly code: ErrorCode
  /** Fine-grained and stable; also the section of docs/errors.md. */
  readonly reason: Reason
  readonly retryable: boolean
  readonly requestId: string | undefined
  readonly statusCode: number | undefined

  constructor(code: ErrorCode, reason: Reason, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause })
    this.name = 'ConnectorAuthError'
    this.code = code
    this.reason = reason
    this.retryable = details.retryable ?? false
    this.requestId = details.requestId
    this.statusCode = details.statusCode
  }
}

/** A wait or a call took longer than its limit. */
export class TimeoutError extends ConnectorAuthError {
  constructor(reason: Reason, message: string, details?: ErrorDetails) {
    super('TIMEOUT', reason, message, details)
    this.name = 'TimeoutError'
  }
}

/** Somebody is not who they must be, or an authorization did not come about. */
export class AuthenticationError extends ConnectorAuthError {
  constructor(reason: Reason, message: string, details?: ErrorDetails) {
    super('AUTH_FAILED', reason, message, details)
    this.name = 'AuthenticationError'
  }
}

/** A server could not be reached, or answered that it cannot serve now; `statusCode` when it answered. */
export class NetworkError extends ConnectorAuthError {
  constructor(reason: Reason, message: string, details?: ErrorDetails) {
    super('NETWORK_ERROR', reason, message, details)
    this.name = 'NetworkError'
  }
}

/** An answer arrived and is not what the protocol promises. */
export class InvalidResponseError extends ConnectorAuthError {
  constructor(reason: Reason, message: string, details?: ErrorDetails) {
    super('INVALID_RESPONSE', reason, message, details)
    this.name = 'InvalidResponseError'
  }
}

/** The caller asked for something that cannot be: the message names the field and the mend. */
export class InvalidRequestError extends ConnectorAuthError {
  constructor(reason: Reason, message: string, details?: ErrorDetails) {
    super('INVALID_REQUEST', reason, message, details)
    this.name = 'InvalidRequestError'
  }
}

const classes = {
  TIMEOUT: TimeoutError,
  AUTH_FAILED: AuthenticationError,
  NETWORK_ERROR: NetworkError,
  INVALID_RESPONSE: InvalidResponseError,
  INVALID_REQUEST: InvalidRequestError,
}

/** Makes the error of the class that belongs to a code. */
export function errorOf(code: ErrorCode, reason: Reason, message: string, details?: ErrorDetails): ConnectorAuthError {
  return new classes[code](reason, message, details)
}
