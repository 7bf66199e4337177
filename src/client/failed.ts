/** Says an error as the outcome that it stands for. */

import type { ConnectorAuthError } from '../protocol/errors.ts'
import type { Outcome } from './options.ts'

/** The outcome that an error stands for. */
export function failed(cause: unknown): Outcome {
  const { reason = 'internal', retryable = false, requestId, message } = cause as Partial<ConnectorAuthError>
  if (reason === 'access_denied') return { status: 'denied' }
  if (reason === 'session_expired') return { status: 'expired' }
  return { status: 'failed', reason, message: String(message), retryable, ...(requestId && { requestId }) }
}
