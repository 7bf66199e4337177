/** Everything the client holds for one signed-in person: it ends as a whole, and the next person begins with nothing. */

import { type Call, createCall } from '../api/call.ts'
import type { ConnectorAuthError } from '../protocol/errors.ts'
import { tagOf } from '../protocol/ids.ts'
import type { PublicConnector } from '../protocol/public-connector.ts'
import { createListing } from './at-once.ts'
import type { Attempt } from './attempt.ts'
import { createComing } from './coming.ts'
import { createTokenSource } from './connect-token.ts'
import type { Connecting } from './connecting.ts'
import type { Keeping, KeepingOptions } from './keeping.ts'
import type { Kept } from './lifetime.ts'
import type { ClientEvent, ClientOptions, CredentialsOptions, SessionRequest } from './options.ts'
import { createPart } from './part.ts'
import { openPopup } from './popup.ts'

/** What a person brings to the place for credentials. */
export type PersonKeeping = Omit<KeepingOptions, 'vault' | 'onSignedOut'>

export interface PersonOptions {
  readonly options: ClientOptions
  /** The backend's absolute URL. */
  readonly backend: string
  readonly emit: (event: ClientEvent) => void
  /** Loads what makes the place for credentials. */
  readonly loadKeeping: () => Promise<(options: PersonKeeping) => Keeping>
}

export interface Person {
  readonly call: Call
  connectors(): Promise<readonly PublicConnector[]>
  /** Credentials that are in memory and still good. */
  hit(connectorId: string, options?: CredentialsOptions): Kept | undefined
  keeping(): Promise<Keeping>
  connecting(): Promise<Connecting>
  /** The place for credentials when it is known whose they are. */
  known(): Promise<Keeping>
  start(request: SessionRequest): Attempt
  /** Ends every attempt and call, which reject with this reason, and forgets what is in memory. */
  end(reason: ConnectorAuthError): void
  /** Forgets the person, here and in other tabs; true when the connect token, if there was one, is ended. */
  leave(): Promise<boolean>
}

/** Begins with a person. */
export function createPerson({ options, backend, emit, loadKeeping }: PersonOptions): Person {
  const { fetch, now = Date.now } = options
  const life = new AbortController()
  const { signal } = life
  let token = ''
  let kept: Keeping | undefined
  let ready: Connecting | undefined

  const getToken = createTokenSource(options, now, signal, (given) => {
    token = given
    kept?.cache.belong(tagOf(given))
  })
  const call = createCall({ baseUrl: backend, fetch, getToken, signal })
  // The backend holds a call for 25 s.
  const makeCall = (life: AbortSignal) =>
    createCall({ baseUrl: backend, fetch, getToken, signal: life, limitSeconds: 40 })
  const listing = createListing(call)
  const keeping = createPart(async () => {
    // Whatever is done with the place needs a token: both come at once. Who needs it is told what is wrong with it.
    getToken(false).catch(() => undefined)
    kept = (await loadKeeping())({ options, backend, call, getToken, signal, emit })
    if (token) kept.cache.belong(tagOf(token))
    return kept
  })
  const connecting = createPart(
    async () =>
      (ready = (await import('./connecting.ts')).createConnecting({
        ...listing,
        call,
        signal,
        now,
        emit,
        makeCall,
        keeping,
      })),
  )

  return {
    call,
    connectors: listing.connectors,
    hit: (connectorId, options) => kept?.cache.hit(connectorId, options),
    keeping,
    connecting,
    async known() {
      const [here] = await Promise.all([keeping(), getToken(false)])
      return here
    },
    start: (request) => ready?.start(request) ?? startComing(request, listing.opensAtOnce(request), connecting),
    end(reason) {
      life.abort(reason)
      kept?.cache.clear()
    },
    leave: () =>
      keeping().then(
        ({ leave }) => leave(token),
        () => !token,
      ),
  }
}

/** Starts an attempt whose code is still to be loaded. */
function startComing(request: SessionRequest, atOnce: boolean, connecting: () => Promise<Connecting>): Attempt {
  // In the click: what is loaded later may open no window any more.
  const blank = atOnce && isSecureContext && self === top && request.mode !== 'redirect' ? openPopup() : null
  return createComing(blank, async (cancelled) => {
    const loaded = await connecting()
    return loaded.start({ ...request, signal: anyOf(cancelled, request.signal) }, self === top ? blank : undefined)
  })
}

const anyOf = (signal: AbortSignal, other: AbortSignal | undefined) =>
  other ? AbortSignal.any([signal, other]) : signal
