/** Knows the connectors that the page has read, and so whether a click opens a window or asks for something first. */

import type { PublicConnector } from '../protocol/public-connector.ts'
import type { SessionRequest } from './options.ts'

export interface Listing {
  /** Asks the backend, and remembers. */
  connectors(): Promise<readonly PublicConnector[]>
  /** Whether a window opens in the click; of a connector that is not known that is assumed, unless something is typed. */
  opensAtOnce(request: SessionRequest): boolean
}

/** Makes an empty listing. */
export function createListing(list: () => Promise<readonly PublicConnector[]>): Listing {
  let listed: readonly PublicConnector[] = []
  return {
    connectors: async () => (listed = await list()),
    opensAtOnce({ connectorId, inputs, form }) {
      const known = listed.find(({ id }) => id === connectorId)
      return known ? known.method === 'oauth2' && !(known.asks && !inputs && form !== false) : !inputs
    },
  }
}
