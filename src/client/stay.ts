/** The attempts of one person: they end together, also where the host's next token turns out to be another person's. */

import type { Attempt } from './attempt.ts'
import { createComing } from './coming.ts'
import type { Connecting, ConnectingOptions } from './connecting.ts'
import type { SessionRequest } from './options.ts'
import { createPart } from './part.ts'
import { openPopup } from './popup.ts'

export interface Stay {
  connecting(): Promise<Connecting>
  start(request: SessionRequest): Attempt
  /** Ends every attempt. */
  end(): void
}

/** Begins a stay; it ends with the signal too. */
export function beginStay(options: ConnectingOptions): Stay {
  const own = new AbortController()
  const signal = AbortSignal.any([options.signal, own.signal])
  let ready: Connecting | undefined
  const connecting = createPart(
    async () => (ready = (await import('./connecting.ts')).createConnecting({ ...options, signal })),
  )
  return {
    connecting,
    start(request) {
      if (ready) return ready.start(request)
      // In the click: what is loaded later may open no window any more.
      const early = options.opensAtOnce(request) && isSecureContext && self === top && request.mode !== 'redirect'
      const blank = early ? openPopup() : undefined
      const load = async (cancelled: AbortSignal) => {
        const loaded = await connecting()
        cancelled.throwIfAborted()
        return loaded.start({ ...request, signal: cancelled }, blank)
      }
      return createComing(blank, load, [signal, request.signal])
    },
    end: () => own.abort(),
  }
}
