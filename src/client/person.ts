/** Everything the client holds for one signed-in person: it ends as a whole, and the next person begins with nothing. */

import { type Call, createCall } from '../api/call.ts'
import type { ConnectorAuthError } from '../protocol/errors.ts'
import { tagOf } from '../protocol/ids.ts'
import { type Attempt, createAttempt } from './attempt.ts'
import { createTokenSource } from './connect-token.ts'
import type { Connecting } from './connecting.ts'
import type { Keeping, KeepingOptions } from './keeping.ts'
import type { Kept } from './lifetime.ts'
import type { ClientEvent, ClientOptions, CredentialsOptions, SessionRequest } from './options.ts'
import { createPart } from './part.ts'

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
  /** Credentials that are in memory and still good. */
  hit(connectorId: string, options?: CredentialsOptions): Kept | undefined
  keeping(): Promise<Keeping>
  connecting(): Promise<Connecting>
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
  const keeping = createPart(async () => {
    kept = (await loadKeeping())({ options, backend, call, getToken, signal, emit })
    if (token) kept.cache.belong(tagOf(token))
    return kept
  })
  const connecting = createPart(
    async () => (ready = (await import('./connecting.ts')).createConnecting({ call, keeping, signal, emit })),
  )

  return {
    call,
    hit: (connectorId, options) => kept?.cache.hit(connectorId, options),
    keeping,
    connecting,
    start(request) {
      const prepared = ready?.take(request)
      const coming = prepared?.coming ?? connecting().then((loaded) => loaded.take(request).coming)
      const attempt = createAttempt(prepared?.ready ?? coming, [signal, request.signal])
      // No window flashes up for an attempt that cannot be.
      if (!prepared?.hopeless && isSecureContext) attempt.reopen()
      return attempt
    },
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
