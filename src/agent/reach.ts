/** What an agent knows of the connectors: their method, their origins, and whether calls go through the proxy. */

import type { Call } from '../api/index.ts'
import { listReaches } from '../api/reach.ts'
import { InvalidRequestError } from '../protocol/errors.ts'
import type { ConnectorReach } from '../protocol/reach.ts'

/** Records change seldom; a connector that is not there is looked for anew. */
const keptSeconds = 60

/**
 * Remembers the list for a minute.
 *
 * @returns A function that throws {@link InvalidRequestError} `unknown_connector`.
 */
export function createReaches(call: Call): (connectorId: string) => Promise<ConnectorReach> {
  let list: Promise<readonly ConnectorReach[]> | undefined
  let until = 0
  const load = () => {
    until = performance.now() + keptSeconds * 1_000
    list = listReaches(call)
    list.catch(() => (list = undefined))
    return list
  }
  return async (connectorId) => {
    const kept = list && performance.now() < until ? await list : await load()
    const found = kept.find(({ id }) => id === connectorId) ?? (await load()).find(({ id }) => id === connectorId)
    if (found) return found
    throw new InvalidRequestError(
      'unknown_connector',
      `No connector is called ${connectorId}. See GET /api/v1/connectors.`,
    )
  }
}
