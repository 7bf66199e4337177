/** What every act of the backend works with. */

import type { ConnectorRecord } from '../protocol/connector.ts'
import { InvalidRequestError } from '../protocol/errors.ts'
import type { Egress } from './egress/egress.ts'
import type { RateLimits } from './http/rate-limit.ts'
import type { Metrics } from './metrics.ts'
import type { Client } from './oauth/client-authentication.ts'
import type { Settings } from './options.ts'
import type { Sealer } from './sealing/sealer.ts'
import type { Store } from './stores/store.ts'
import type { VerifyJwt } from './tokens/host-jwt.ts'

export interface Core {
  readonly settings: Settings
  readonly store: Store
  readonly sealer: Sealer
  readonly send: Egress
  readonly metrics: Metrics
  readonly rateLimits: RateLimits
  /** Checks the host's JWTs; undefined where none are accepted. */
  readonly verifyJwt: VerifyJwt | undefined
  /** Whether the process is about to end: then it is not ready, though it still answers. */
  readonly life: { draining: boolean }
  /** Keys every tag and nonce; loaded before the first request. */
  readonly spaceKey: string
  /** Refreshes under way in this process, by row. */
  readonly refreshes: Map<string, Promise<unknown>>
  /** Redemptions under way in this process. */
  readonly redemptions: Set<Promise<unknown>>
}

/** A connector with the host's registration at it. */
export interface ConfiguredConnector {
  readonly record: ConnectorRecord
  readonly client: Client
}

/**
 * Finds a connector that can be used.
 *
 * @throws {InvalidRequestError} `unknown_connector` · `connector_not_configured`
 */
export function requireConnector(settings: Settings, id: string): ConfiguredConnector {
  const record = settings.connectors.get(id)
  if (!record) throw new InvalidRequestError('unknown_connector', `There is no connector ${id}.`)
  const client = settings.clients.get(id)
  if (!client)
    throw new InvalidRequestError(
      'connector_not_configured',
      `The connector ${id} has no client id. Configure clients.${id}.`,
    )
  return { record, client }
}
