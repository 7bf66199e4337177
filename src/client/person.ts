/** Everything the client holds for one signed-in person: it ends as a whole, and the next person begins with nothing. */

import { type Call, createCall } from '../api/call.ts'
import type { ConnectorAuthError } from '../protocol/errors.ts'
import { tagOf } from '../protocol/ids.ts'
import type { PublicConnector } from '../protocol/public-connector.ts'
import { createListing } from './at-once.ts'
import type { Attempt } from './attempt.ts'
import { createTokenSource } from './connect-token.ts'
import type { Connecting } from './connecting.ts'
import type { Keeping, KeepingOptions } from './keeping.ts'
import type { Kept } from './lifetime.ts'
import type { ClientEvent, ClientOptions, CredentialsOptions, SessionRequest } from './options.ts'
import { createPart } from './part.ts'
import { beginStay } from './stay.ts'

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
  /** Takes a token of the host's in the place of the present one; of another person, it ends the attempts. False where
   * it is the last one that was given, or none. */
  renew(authToken: string | undefined): boolean
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

  const { getToken, renew } = createTokenSource(options, now, signal, (given) => {
    const other = token && tagOf(given) !== tagOf(token)
    token = given
    kept?.cache.belong(tagOf(given))
    if (!other) return
    const { end } = stay
    stay = begin()
    end()
    emit({ type: 'person_changed' })
  })
  const call = createCall({ baseUrl: backend, fetch, getToken, signal })
  // The backend holds a call for 25 s.
  const makeCall = (life: AbortSignal) =>
    createCall({ baseUrl: backend, fetch, getToken, signal: life, limitSeconds: 40 })
  const listing = createListing(async () => (await keeping()).connectors())
  const keeping = createPart(async () => {
    // Whatever is done with the place needs a token: both come at once. Who needs it is told what is wrong with it.
    getToken(false).catch(() => undefined)
    kept = (await loadKeeping())({ options, backend, call, getToken, signal, emit })
    if (token) kept.cache.belong(tagOf(token))
    return kept
  })
  const begin = () => beginStay({ ...listing, call, makeCall, keeping, signal, now, emit })
  let stay = begin()

  return {
    call,
    connectors: listing.connectors,
    hit: (connectorId, options) => kept?.cache.hit(connectorId, options),
    keeping,
    connecting: () => stay.connecting(),
    renew,
    async known() {
      const [here] = await Promise.all([keeping(), getToken(false)])
      return here
    },
    start: (request) => stay.start(request),
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
