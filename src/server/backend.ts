/** The companion backend: options in, `(Request) => Response` out. */

import { dirname, join } from 'node:path'
import type { ConnectTokenAnswer, ConnectTokenRequest } from '../protocol/connect-token.ts'
import { connectTokenRequest } from '../protocol/connect-token.ts'
import { startChores } from './chores.ts'
import type { Core } from './core.ts'
import { createEgress } from './egress/egress.ts'
import { checked } from './http/body.ts'
import { nextRequestId } from './http/request-id.ts'
import { problemAnswer } from './http/problem.ts'
import { createRateLimits } from './http/rate-limit.ts'
import { type RequestInfo, createRouter, finish } from './http/router.ts'
import { Journal } from './journal/journal.ts'
import { landAll } from './journal/replay.ts'
import { createMetrics } from './metrics.ts'
import { type StoreClock, storeClock } from './store-clock.ts'
import type { Store } from './stores/store.ts'
import { createPauses } from './connections/pauses.ts'
import { createDiscovery } from './oauth/discovery.ts'
import { createPace } from './oauth/pace.ts'
import { type BackendOptions, type Settings, readOptions } from './options.ts'
import { checkRing, markRing } from './sealing/check-ring.ts'
import { createDataKeys } from './sealing/data-keys.ts'
import { devKeyRing } from './sealing/dev-key.ts'
import { createSealer } from './sealing/sealer.ts'
import { loadSpaceKey } from './sealing/space-key.ts'
import { mintToken } from './tokens/connect-token.ts'
import { createJwtVerifier } from './tokens/host-jwt.ts'
import { version } from './version.ts'

export interface Backend {
  /** Answers a request; with or without the public URL's path in front. */
  fetch(request: Request, info?: RequestInfo): Promise<Response>
  /** Settles when the store is migrated and its keys fit; rejects with what is wrong. Listen only afterwards. */
  ready(): Promise<void>
  /** Mints a connect token in this process, without an API key. See {@link createMint}. */
  mintConnectToken(request: ConnectTokenRequest): Promise<ConnectTokenAnswer>
  /** The metrics in the text format of Prometheus, for whoever serves them without a token. */
  metrics(): Promise<{ readonly text: string; readonly contentType: string }>
  /** Turns `GET /readyz` to 503, so that no new requests are sent here; everything is still answered. */
  drain(): void
  /** The origins that may call. */
  readonly allowedOrigins: ReadonlySet<string>
  /** Finishes refreshes and redemptions that are under way, then closes the store. */
  close(): Promise<void>
}

/**
 * Creates the backend.
 *
 * @throws {InvalidRequestError} `invalid_configuration` with every fault of the options.
 */
export function createBackend(options: BackendOptions): Backend {
  const { store } = options
  const clock = storeClock(store)
  const settings = readOptions({ ...options, now: options.now ?? clock.now })
  const egress = createEgress({
    allow: settings.allowedEgress,
    timeoutSeconds: settings.limits.tokenEndpointSeconds,
    idleSeconds: settings.limits.proxyIdleSeconds,
  })
  const life = { draining: false, closing: false }
  const started = start(settings, { store, clock }, egress, life)
  // Whoever asks gets the error; nobody asking is not a crash.
  started.catch((error: unknown) => settings.logger.error('the backend cannot start', { error }))
  let closed: Promise<unknown> | undefined
  return {
    async fetch(request, info) {
      try {
        return await (await started).route(request, info)
      } catch (error) {
        const requestId = nextRequestId()
        return finish(problemAnswer(error, requestId), requestId, request.headers.get('origin'), settings)
      }
    },
    ready: async () => void (await started),
    mintConnectToken: async (request) => mintToken((await started).core, checked(connectTokenRequest, request)),
    async metrics() {
      const { metrics } = (await started).core
      return { text: await metrics.text(), contentType: metrics.contentType }
    },
    drain: () => void (life.draining = true),
    allowedOrigins: settings.allowedOrigins,
    async close() {
      closed ??= close(started, store, egress)
      await closed
    },
  }
}

/** What an authorization server has granted is stored before the store is closed. */
async function close(
  started: Promise<{ readonly core: Core; stop(): Promise<void> }>,
  store: Store,
  egress: { close(): Promise<void> },
): Promise<void> {
  const running = await started.catch(() => undefined)
  const core = running?.core
  if (core) core.life.closing = true
  await running?.stop()
  // What runs may begin more, such as a revocation of what it brought.
  while (core && core.refreshes.size + core.redemptions.size > 0)
    await Promise.allSettled([...core.refreshes.values(), ...core.redemptions])
  if (core) await landAll(core).catch(() => undefined)
  await egress.close()
  await store.close()
}

async function start(
  settings: Settings,
  { store, clock }: { readonly store: Store; readonly clock: StoreClock },
  { send, forward }: Pick<Core, 'send' | 'forward'>,
  life: Core['life'],
) {
  await store.migrate()
  await clock.adjust()
  const ring = settings.ring ?? (await devKeyRing(store, settings.logger))
  await checkRing(store, ring)
  const sealer = createSealer(createDataKeys({ store, ring, space: settings.space }), settings.space, settings.logger)
  const spaceKey = await loadSpaceKey(store, sealer, settings.space)
  await markRing(store, ring)
  const addedConnectors = new Set<string>()
  const core: Core = {
    settings,
    store,
    ring,
    sealer,
    journal: new Journal(settings.journal ?? besideStore(store), settings.logger),
    send,
    forward,
    spaceKey,
    ...operations(settings, send, addedConnectors),
    discover: createDiscovery(send, settings.now),
    life,
    nonces: new Map(),
    refreshes: new Map(),
    pace: createPace(settings.tokenRequestsAtOnce, settings.now),
    pauses: createPauses(),
    redemptions: new Set(),
    polls: new Map(),
    minted: new Map(),
    opened: new Map(),
    addedConnectors,
  }
  // What the last run could not store comes before the first request.
  await landAll(core)
  const stopChores = startChores(core)
  const stopClock = clock.keep()
  const stop = async () => {
    stopClock()
    await stopChores()
  }
  return { core, route: createRouter(core), stop }
}

/** The journal lies where the store does, unless the options say otherwise. */
function besideStore({ file }: Store): string | undefined {
  return file === undefined ? undefined : join(dirname(file), 'connector-auth.journal')
}

/** What counts, limits and checks callers. */
function operations(
  settings: Settings,
  send: Core['send'],
  added: ReadonlySet<string>,
): Pick<Core, 'metrics' | 'rateLimits' | 'verifyJwt'> {
  const { jwt, now, logger } = settings
  return {
    metrics: createMetrics(version, (id) => settings.connectors.has(id) || added.has(id)),
    rateLimits: createRateLimits(settings.rateLimits),
    verifyJwt: jwt && createJwtVerifier(jwt, { send, now, logger }),
  }
}
