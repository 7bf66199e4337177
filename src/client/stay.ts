/** What one person has in a page: calls, credentials and attempts. All of it ends together, also where the host's next token
 * turns out to be another person's. */

import type { ConnectorAuthError } from '../protocol/errors.ts'
import type { Attempt } from './attempt.ts'
import { createComing } from './coming.ts'
import type { GetToken } from './connect-token.ts'
import type { Connecting, ConnectingOptions } from './connecting.ts'
import type { Keeping, KeepingOptions } from './keeping.ts'
import type { Kept } from './lifetime.ts'
import type { ClientOptions, CredentialsOptions, SessionRequest } from './options.ts'
import { createPart } from './part.ts'
import { openPopup } from './popup.ts'

/** What a person brings to the place for credentials. */
export type PersonKeeping = Omit<KeepingOptions, 'vault' | 'onSignedOut'>

export interface StayOptions extends Pick<KeepingOptions, 'backend' | 'emit' | 'getToken'> {
  readonly options: ClientOptions
  /** Loads what makes the place for credentials. */
  readonly loadKeeping: () => Promise<(options: PersonKeeping) => Keeping>
  readonly opensAtOnce: ConnectingOptions['opensAtOnce']
  /** Whose token the present one is; '' before the first. */
  readonly tag: () => string
}

export interface Stay {
  /** Credentials that are in memory and still good. */
  hit(connectorId: string, options?: CredentialsOptions): Kept | undefined
  keeping(): Promise<Keeping>
  /** The place for credentials when it is known whose they are. */
  known(): Promise<Keeping>
  connecting(): Promise<Connecting>
  start(request: SessionRequest): Attempt
  /** Says whose this is. */
  belong(tag: string): void
  /** Ends every attempt and call, which reject with this reason, and forgets what is in memory. */
  end(reason: ConnectorAuthError): void
}

/** Begins a stay. */
export function beginStay({ loadKeeping, opensAtOnce, tag, getToken: ask, ...common }: StayOptions): Stay {
  const { options, backend, emit } = common
  const { fetch, now = Date.now } = options
  const life = new AbortController()
  const { signal } = life
  let kept: Keeping | undefined
  let ready: Connecting | undefined

  const getToken: GetToken = async (refused) => {
    const token = await ask(refused)
    // It may be another person's, and no call goes on as somebody else.
    signal.throwIfAborted()
    return token
  }
  const keeping = createPart(async () => {
    // Whatever is done with the place needs a token: both come at once. Who needs it is told what is wrong with it.
    getToken().catch(() => undefined)
    kept = (await loadKeeping())({ ...common, getToken, signal })
    kept.cache.belong(tag())
    return kept
  })
  const connecting = createPart(async () => {
    const { createConnecting, createCall } = await import('./connecting.ts')
    const bound = { baseUrl: backend, fetch, getToken }
    return (ready = createConnecting({
      call: createCall({ ...bound, signal }),
      // The backend holds a call for 25 s.
      makeCall: (life) => createCall({ ...bound, signal: life, limitSeconds: 40 }),
      keeping,
      signal,
      now,
      emit,
      opensAtOnce,
    }))
  })
  return {
    hit: (connectorId, options) => kept?.cache.hit(connectorId, options),
    keeping,
    async known() {
      const [here] = await Promise.all([keeping(), getToken()])
      return here
    },
    connecting,
    start: (request) => (ready ? ready.start(request) : startComing(request, connecting, { opensAtOnce, signal })),
    belong: (tag) => kept?.cache.belong(tag),
    end(reason) {
      life.abort(reason)
      kept?.cache.clear()
    },
  }
}

/** Starts an attempt whose code is still to be loaded. */
function startComing(
  request: SessionRequest,
  connecting: () => Promise<Connecting>,
  { opensAtOnce, signal }: Pick<ConnectingOptions, 'opensAtOnce' | 'signal'>,
): Attempt {
  // In the click: what is loaded later may open no window any more.
  const early = opensAtOnce(request) && isSecureContext && self === top && request.mode !== 'redirect'
  const blank = early ? openPopup() : undefined
  const load = async (cancelled: AbortSignal) => {
    const loaded = await connecting()
    cancelled.throwIfAborted()
    return loaded.start({ ...request, signal: cancelled }, blank)
  }
  return createComing(blank, load, [signal, request.signal])
}
