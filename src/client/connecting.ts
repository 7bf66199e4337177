/** What only a page needs on which somebody connects; loaded then. */

import type { Call } from '../api/call.ts'
import { getAuthSession } from '../api/attempts.ts'
import type { Redeemed } from '../protocol/auth-session.ts'
import { createRoad } from './app-callback.ts'
import { createAttempt } from './attempt.ts'
import { type AuthSession, createSessionObject } from './auth-session.ts'
import type { Keeping } from './keeping.ts'
import type { ClientEvent, SessionRequest } from './options.ts'
import { type Preparation, createPreparation } from './preparation.ts'
import { createSession } from './session.ts'

export interface ConnectingOptions {
  readonly call: Call
  readonly keeping: () => Promise<Keeping>
  readonly signal: AbortSignal
  readonly emit: (event: ClientEvent) => void
}

export interface Connecting extends Preparation {
  initialize(request: SessionRequest): Promise<AuthSession>
}

/** Makes what one person needs to connect. */
export function createConnecting(options: ConnectingOptions): Connecting {
  const { call, keeping, signal } = options
  const preparation = createPreparation(async (request) => (await begin(options, request)).road)
  return {
    ...preparation,
    async initialize(request) {
      const { session, road, redeemed } = await begin(options, request)
      return createSessionObject({
        session,
        attempt: createAttempt(road, [signal, request.signal]),
        redeemed,
        getStatus: () => getAuthSession(call, session.id),
        getCredentials: async (connectionId) =>
          (await (await keeping()).read(request.connectorId, { connectionId })).credentials,
      })
    },
  }
}

async function begin({ call, keeping, signal, emit }: ConnectingOptions, request: SessionRequest) {
  const { connectorId } = request
  const session = await createSession(call, request)
  // The session belongs to whose connect token created it; another may be here when its answer arrives.
  const owner = await keeping().then(tagOfCache, () => undefined)
  let redeemed: Redeemed | undefined

  const onRedeemed = async (answer: Redeemed) => {
    redeemed = answer
    if (answer.status === 'FAILED') return
    const { cache } = await keeping()
    if (signal.aborted || cache.tag !== owner) return
    cache.forget(connectorId)
    const { connectionId, credentials } = answer
    if (!credentials) return
    cache.keep(connectorId, { connectionId }, credentials)
    // The backend found the connection without an id, so it is the only one.
    if (!request.new && !request.connectionId) cache.keep(connectorId, undefined, credentials)
  }
  const onLate = (answer: Redeemed) => {
    if (signal.aborted || answer.status === 'FAILED') return
    emit({ type: 'late_connection', connectorId, connectionId: answer.connectionId })
  }
  return {
    session,
    road: createRoad(session, { call, connectorId, personSignal: signal, onRedeemed, onLate }),
    redeemed: () => redeemed,
  }
}

const tagOfCache = ({ cache }: Keeping) => cache.tag
