/** Puts a session on its road, and keeps a record of it from its first window to its end. */

import type { Redeemed } from '../protocol/auth-session.ts'
import { InvalidRequestError } from '../protocol/errors.ts'
import { createAppCallback } from './app-callback.ts'
import type { Answer } from './answer.ts'
import { type BridgeHelper, createBridgeHelper } from './bridge-helper.ts'
import { createBridge } from './bridge.ts'
import type { ConnectingOptions } from './connecting.ts'
import type { RoadOptions } from './finish.ts'
import { cannotLeave, forgetWayBack, noteFragment, noteWayBack, restoreFragment } from './full-page.ts'
import type { Keeping } from './keeping.ts'
import type { SessionRequest } from './options.ts'
import type { Pending } from './pending.ts'
import type { Road } from './road.ts'
import { type BridgeSession, type Session, createSession, isBridge, sessionOf } from './session.ts'

/** A session on its road. */
export interface Begun {
  readonly session: Session
  readonly road: Road
  /** What the backend answered to redeem, once it has. */
  readonly redeemed: () => Redeemed | undefined
}

/** Puts a kept attempt on its road again. */
export type Restored = (pending: Pending, answerTo: (stateKey: string) => Answer | undefined) => Promise<Road>

export interface Journey {
  begin(request: SessionRequest, session: Session): Promise<Begun>
  readonly restore: Restored
}

interface Before {
  readonly resumed: boolean
  /** Whether something was typed for it that is not known any more. */
  readonly typed?: boolean | undefined
  readonly answer?: Answer | undefined
}

/** Where the bridge goes on to. A URL there has no fragment. */
export const here = () => location.href.replace(/#.*/, '')

/** Makes the journeys of one person. */
export function createJourney(options: ConnectingOptions): Journey {
  const { signal } = options
  let helper: BridgeHelper | undefined
  const getHelper = () => (helper ??= createBridgeHelper(signal))
  // Before any click, so that the click is its click too.
  if (self !== top) getHelper()

  const begin = async (request: SessionRequest, session: Session, before: Before = { resumed: false }) => {
    const { redeemed, ...heard } = await hearings(options, request)
    const common: RoadOptions = { call: options.call, connectorId: request.connectorId, personSignal: signal, ...heard }
    const kept = keptRecord(options, request, session, before.typed)
    const road = isBridge(session)
      ? createBridge(session, {
          ...common,
          ...before,
          helper: getHelper,
          makeCall: options.makeCall,
          async prepareLeaving() {
            const leaving = await leavingSession(options, request, session, before)
            if (!(await kept.save(leaving, true))) throw cannotLeave()
            noteFragment(leaving.created.id)
            return leaving
          },
        })
      : createAppCallback(session, {
          ...common,
          ...before,
          async prepareLeaving() {
            if (!(await kept.save(session, true))) throw cannotLeave()
            noteWayBack(session.channel)
          },
        })
    return { session, redeemed, road: recorded(road, session, kept) }
  }
  return {
    begin,
    async restore(pending, answerTo) {
      const { created, verifier, secret, connectorId, expiresAt, typed, returnTo } = pending
      restoreFragment(created.id)
      const deadline = performance.now() + expiresAt - options.now()
      const session = await sessionOf(created, { verifier, secret, deadline, returnTo })
      const answer = created.road === 'bridge' ? undefined : answerTo(created.stateKey)
      return (await begin(requestOf(pending, connectorId), session, { resumed: true, typed, answer })).road
    },
  }
}

function requestOf(pending: Pending, connectorId: string): SessionRequest {
  return {
    connectorId,
    ...(pending.connectionId && { connectionId: pending.connectionId }),
    ...(pending.new && { new: true }),
    ...(pending.scopes && { scopes: pending.scopes }),
    ...(pending.force && { force: true }),
  }
}

/** The tab can only be left with a session that knows where to come back. */
async function leavingSession(
  { call }: ConnectingOptions,
  request: SessionRequest,
  session: BridgeSession,
  { typed }: Before,
): Promise<BridgeSession> {
  if (session.returnTo === here()) return session
  if (typed) throw new InvalidRequestError('invalid_input', 'What was typed went with the page. Connect again.')
  const leaving = await createSession(call, request, here())
  if (!isBridge(leaving)) throw cannotLeave()
  return leaving
}

interface Kept {
  save(session: Session, left: boolean): Promise<boolean>
  remove(): void
}

function keptRecord(
  { keeping, now }: ConnectingOptions,
  request: SessionRequest,
  first: Session,
  typed = !!request.inputs,
): Kept {
  const ids = new Set([first.created.id])
  let ended = false
  return {
    async save({ created, verifier, secret, deadline, returnTo }, left) {
      ids.add(created.id)
      const { pending } = await keeping()
      // The tab is left with another session, which takes this one's place.
      if (created.id !== first.created.id) pending.remove(first.created.id)
      const record: Pending = {
        created,
        verifier,
        secret,
        left,
        startedAt: now(),
        expiresAt: Math.floor(now() + deadline - performance.now()),
        connectorId: request.connectorId,
        ...(request.connectionId && { connectionId: request.connectionId }),
        ...(request.new && { new: true }),
        ...(request.scopes && { scopes: request.scopes }),
        ...(request.force && { force: true }),
        ...(typed && { typed }),
        ...(returnTo && { returnTo }),
      }
      return pending.write(created.id, record, () => !ended)
    },
    remove() {
      ended = true
      if (first.channel) forgetWayBack(first.channel)
      void keeping().then(({ pending }) => ids.forEach(pending.remove), ignore)
    },
  }
}

/** Keeps a record of the attempt from the moment a window is open until it ends here. */
function recorded(road: Road, session: Session, { save, remove }: Kept): Road {
  const keep = () => void save(session, false).catch(ignore)
  return {
    ...road,
    open(blank) {
      const popup = road.open(blank)
      // Nothing waits for it: the record is for a page that may never come.
      if (popup !== null) keep()
      return popup
    },
    keep,
    travel(traveller) {
      traveller.signal.addEventListener('abort', remove)
      road.travel(traveller)
    },
  }
}

const ignore = () => undefined

/** What hears the backend's answer. */
async function hearings({ keeping, signal, emit }: ConnectingOptions, request: SessionRequest) {
  const { connectorId } = request
  // The session belongs to whose connect token created it; another may be here when its answer arrives.
  const owner = await keeping().then(tagOfCache, ignore)
  let redeemed: Redeemed | undefined
  return {
    // It was theirs who have left.
    redeemed: () => (signal.aborted ? undefined : redeemed),
    async onRedeemed(answer: Redeemed) {
      redeemed = answer
      if (answer.status === 'FAILED') return
      const { cache } = await keeping()
      if (signal.aborted || cache.tag !== owner) return
      cache.forget(connectorId)
      cache.tell(connectorId)
      const { connectionId, credentials } = answer
      if (!credentials) return
      cache.keep(connectorId, { connectionId }, credentials)
      // The backend found the connection without an id, so it is the only one.
      if (!request.new && !request.connectionId) cache.keep(connectorId, undefined, credentials)
    },
    onLate(answer: Redeemed) {
      if (signal.aborted || answer.status === 'FAILED') return
      emit({ type: 'late_connection', connectorId, connectionId: answer.connectionId })
    },
  }
}

const tagOfCache = ({ cache }: Keeping) => cache.tag
