/** Turns what the backend answered into an outcome, and an outcome into the error it stands for. */

import { failureOf } from '../api/wait.ts'
import type { AuthSessionStatus, Redeemed } from '../protocol/auth-session.ts'
import { AuthenticationError, type ConnectorAuthError, TimeoutError } from '../protocol/errors.ts'
import { failed } from './failed.ts'
import type { Outcome } from './options.ts'

/** The outcome of an attempt that is over, as the backend tells it. */
export function outcomeOf(
  connectorId: string,
  answer: Redeemed | Exclude<AuthSessionStatus, { readonly status: 'INACTIVE' }>,
): Outcome {
  if (answer.status === 'FAILED') return failed(failureOf(answer))
  const { connectionId, scopes, account, existing, createdAt } = answer
  const since = createdAt ? { createdAt } : {}
  return {
    status: 'connected',
    connectorId,
    connectionId,
    scopes,
    missingScopes: scopes.missing,
    account,
    existing,
    ...since,
  }
}

/** The error that stands for every outcome but a connection. */
export function errorOfOutcome(outcome: Exclude<Outcome, { readonly status: 'connected' }>): ConnectorAuthError {
  switch (outcome.status) {
    case 'denied':
      return new AuthenticationError('access_denied', 'The person said no. Connect again to change that.')
    case 'cancelled':
      return new AuthenticationError('cancelled', 'The person cancelled. Connect again.')
    case 'expired':
      return new TimeoutError('expired', 'The attempt took too long. Connect again.')
    case 'failed':
      return new AuthenticationError(outcome.reason, outcome.message, outcome)
  }
}
