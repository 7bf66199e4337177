/** The inside of a backend on a store that another one uses too: for what no request can ask for. */

import type { Core } from '../../src/server/core.ts'
import { createEgress } from '../../src/server/egress/egress.ts'
import { createRateLimits } from '../../src/server/http/rate-limit.ts'
import { Journal } from '../../src/server/journal/journal.ts'
import { createMetrics } from '../../src/server/metrics.ts'
import { createPauses } from '../../src/server/connections/pauses.ts'
import { createDiscovery } from '../../src/server/oauth/discovery.ts'
import { createPace } from '../../src/server/oauth/pace.ts'
import { readOptions } from '../../src/server/options.ts'
import { createDataKeys } from '../../src/server/sealing/data-keys.ts'
import { createSealer } from '../../src/server/sealing/sealer.ts'
import { loadSpaceKey } from '../../src/server/sealing/space-key.ts'
import type { BackendOptions, Store } from '../../src/server/index.ts'
import { appOrigin, sealingKey } from './backend.ts'

/** Puts the parts together as a backend does at its start; it serves nobody and does no chores. */
export async function coreOf(store: Store, options: Partial<BackendOptions> = {}): Promise<Core> {
  const settings = readOptions({
    publicUrl: `${appOrigin}/connector-auth`,
    store,
    sealingKeys: [sealingKey],
    connectors: [],
    clients: {},
    ...options,
  })
  const { ring } = settings
  if (!ring) throw new Error('There is a sealing key.')
  const sealer = createSealer(createDataKeys({ store, ring, space: settings.space }), settings.space, settings.logger)
  const egress = createEgress({ allow: settings.allowedEgress, timeoutSeconds: settings.limits.tokenEndpointSeconds })
  return {
    settings,
    store,
    ring,
    sealer,
    journal: new Journal(undefined, settings.logger),
    send: egress.send,
    forward: egress.forward,
    spaceKey: await loadSpaceKey(store, sealer, settings.space),
    metrics: createMetrics('test', () => true),
    rateLimits: createRateLimits(settings.rateLimits),
    verifyJwt: undefined,
    discover: createDiscovery(egress.send, settings.now),
    life: { draining: false, closing: false },
    nonces: new Map(),
    refreshes: new Map(),
    pace: createPace(settings.tokenRequestsAtOnce, settings.now),
    pauses: createPauses(),
    redemptions: new Set(),
    polls: new Map(),
    opened: new Map(),
    minted: new Map(),
    addedConnectors: new Set(),
  }
}
