/** What only a page needs on which somebody connects; loaded then. */

import { getAuthSession } from '../api/attempts.ts'
import { type Call, createCall } from '../api/call.ts'
import type { Listing } from './at-once.ts'
import { type Attempt, type AttemptOptions, type Resumed, createAttempt } from './attempt.ts'
import { type AuthSession, createSessionObject } from './auth-session.ts'
import { createEntry } from './entry.ts'
import { isInApp } from './in-app.ts'
import { createJourney, here } from './journey.ts'
import type { Keeping } from './keeping.ts'
import { enlist } from './live-attempts.ts'
import type { ClientEvent, ConnectRequest, SessionRequest } from './options.ts'
import { openPopup } from './popup.ts'
import { listPending } from './pending.ts'
import { type Preparation, type Prepared, createPreparation } from './preparation.ts'
import { resumePending } from './resume.ts'
import { createSession } from './session.ts'

// Whoever loads this part makes its calls.
export { createCall }

export interface ConnectingOptions {
  readonly call: Call
  /** Makes calls that may wait. */
  readonly makeCall: (signal: AbortSignal) => Call
  readonly keeping: () => Promise<Keeping>
  /** Ends with the person. */
  readonly signal: AbortSignal
  readonly now: () => number
  readonly emit: (event: ClientEvent) => void
  readonly opensAtOnce: Listing['opensAtOnce']
}

export interface Connecting {
  /** Prepares, unless the same is prepared; never rejects, a fault is kept for the click. */
  prepare(request: SessionRequest): Promise<void>
  /** Starts an attempt; `blank` is the window that the click has opened already, null where it was blocked, undefined
   * where none was tried. */
  start(request: SessionRequest, blank?: Window | null): Attempt
  /** Goes on with an attempt that was begun before a reload, in another tab, or by a view that is gone. */
  resume(request: ConnectRequest): Promise<Resumed | undefined>
  /** What there is to go on with. */
  pending(): Promise<readonly ConnectRequest[]>
  initialize(request: SessionRequest): Promise<AuthSession>
}

/** Makes what one person needs to connect. */
export function createConnecting(options: ConnectingOptions): Connecting {
  const { call, keeping, signal, now, opensAtOnce } = options
  const { begin, restore } = createJourney(options)
  const start = async (request: SessionRequest) =>
    begin(request, await createSession(call, request, leavesTab(request) ? here() : undefined))
  const place = async () => (await keeping()).place()
  const preparation = createPreparation(async (request) => (await start(request)).road)
  return {
    prepare: async (request) => {
      if (opensAtOnce(request)) await preparation.prepare(request)
    },
    start: (request, blank) => startAttempt(request, blank, preparation, options),
    resume: (request) => resumePending(request, { place, now, signal, restore }),
    async pending() {
      const all = await listPending(await place(), now())
      return all.map(({ connectorId, connectionId }) => ({ connectorId, ...(connectionId && { connectionId }) }))
    },
    async initialize(request) {
      const { session, road, redeemed } = await start(request)
      const signals = [signal, request.signal]
      return createSessionObject({
        session,
        attempt: enlist((onRelease) => createAttempt(road, { way: 'window', begin: 'later', signals, onRelease })),
        redeemed,
        getStatus: () => getAuthSession(call, session.created.id),
        getCredentials: async (connectionId) =>
          (await (await keeping()).read(request.connectorId, { connectionId })).credentials,
      })
    },
  }
}

/** Starts an attempt in a window, or one that asks for something first. */
function startAttempt(
  request: SessionRequest,
  blank: Window | null | undefined,
  preparation: Preparation,
  { call, keeping, signal, emit, opensAtOnce }: ConnectingOptions,
): Attempt {
  const signals = [signal, request.signal]
  const atOnce = opensAtOnce(request)
  // With inputs, a window is assumed of what is known only.
  const known = opensAtOnce({ ...request, inputs: {} })
  if (atOnce && (known || request.form === false))
    return enlist((onRelease) => openWindow(preparation.take(request), request, { blank, signals, onRelease }))
  // The list may have come since the click.
  if (!atOnce) blank?.close()
  return enlist((onRelease, isFree) =>
    createEntry({
      request,
      call,
      signals,
      onRelease,
      isFree,
      openWindow: (typed, ended, early) =>
        openWindow(preparation.take(typed), typed, { signals: [ended], onRelease, blank: early }),
      // That something is asked turns out when the backend opens no session without it.
      ...(atOnce && { early: { blank } }),
      async onEntered() {
        const { cache } = await keeping()
        // What was kept is of a connection that is no longer what it was.
        if (signal.aborted) return
        cache.forget(request.connectorId)
        cache.tell(request.connectorId)
      },
      onLate(connectionId) {
        if (!signal.aborted) emit({ type: 'late_connection', connectorId: request.connectorId, connectionId })
      },
    }),
  )
}

type Opening = Pick<AttemptOptions, 'blank' | 'signals' | 'onRelease'>

/** Starts an attempt in a window, or one that leaves the tab. */
function openWindow({ ready, coming, hopeless }: Prepared, request: SessionRequest, { blank, ...rest }: Opening) {
  const way = leavesTab(request) ? 'tab' : 'window'
  // No window flashes up for an attempt that cannot be.
  const begin = hopeless || !isSecureContext ? 'later' : 'now'
  const road = ready ?? coming
  if (way === 'tab') {
    blank?.close()
    return createAttempt(road, { ...rest, way, begin })
  }
  // In the click: WebKit opens no window after an await, so it is blank while the road is coming.
  const early = blank === undefined && road === coming && begin === 'now' && self === top
  return createAttempt(road, { ...rest, way, begin, blank: early ? openPopup() : blank })
}

/** Whether an attempt leaves the tab; a frame never does, for the page around it is not ours to leave. */
function leavesTab({ mode = 'auto' }: SessionRequest): boolean {
  return self === top && (mode === 'redirect' || (mode === 'auto' && isInApp()))
}
