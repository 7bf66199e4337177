/** Remembers where the APIs of connectors are. */

import type { Call } from '../api/call.ts'
import { listReaches } from '../api/reach.ts'
import { InvalidRequestError } from '../protocol/errors.ts'
import type { ConnectorReach } from '../protocol/reach.ts'

/** Makes a function that asks the backend once, and again for a connector that was not there. */
export function createReaches(call: Call): (connectorId: string) => Promise<ConnectorReach> {
  let asked: Promise<readonly ConnectorReach[]> | undefined
  return async (connectorId) => {
    const before = asked
    const found = (list: readonly ConnectorReach[] | undefined) => list?.find(({ id }) => id === connectorId)
    const known = found(await before?.catch(() => undefined))
    if (known) return known
    if (asked === before) asked = listReaches(call)
    const reach = found(await asked)
    if (reach) return reach
    throw new InvalidRequestError('unknown_connector', `There is no connector ${connectorId}.`)
  }
}
