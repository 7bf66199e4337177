/** Asks once more for what could not be loaded while the network was away; loaded beside first paint. */

import type { View } from './view.ts'

/** What shows a view, and can ask anew. */
export interface Retried {
  readonly view: View
  reload(): void
}

/** So that not all pages of all people ask in the same moment. */
const jitterMilliseconds = 2_000

/** Retries a load that failed on the network, once, when the browser says that it is there again. */
export function retryOnline(shown: Retried): void {
  const { view } = shown
  if (view.name !== 'failed' || view.failure.reason !== 'backend_unreachable') return
  const retry = () => {
    // The card says what came of it.
    if (shown.view === view) shown.reload()
  }
  addEventListener('online', () => setTimeout(retry, Math.random() * jitterMilliseconds), { once: true })
}
