/** What is told of how an attempt ended. */

import type { Connection, Outcome } from '../client/index.ts'
import type { Connected } from './view.ts'

/** A connection that stood before, as the outcome that it would have been. */
export function connectedOf(connection: Connection): Connected {
  return { ...connection, status: 'connected', missingScopes: connection.scopes.missing, existing: true }
}

/** What a terminal event tells beside the attempt: of a connection not whose account it is. */
export function fieldsOf(outcome: Outcome): object {
  if (outcome.status !== 'connected') return outcome
  const { connectionId, scopes, missingScopes, existing } = outcome
  return { connectionId, scopes: scopes.granted, missingScopes, existing }
}
