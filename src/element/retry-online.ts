/** Asks once more for what could not be loaded while the network was away; loaded beside first paint. */

import type { Reason } from '../client/index.ts'
import type { View } from './view.ts'
import { type Shown, listenWhileShown } from './while-shown.ts'

/** What shows a view, and can ask anew. */
export interface Retried {
  readonly host: Shown
  readonly view: View
  reload(): void
}

/** So that not all pages of all people ask in the same moment. */
const jitterMilliseconds = 2_000

/** Retries a load that failed on the network when the browser says that it is there again, while the element is in the page. */
export function retryOnline(shown: Retried): void {
  const { host, view } = shown
  if (!isRetried(view)) return
  const retry = (failed: View) => {
    // The card says what came of it.
    if (host.isConnected && shown.view === failed) shown.reload()
  }
  listenWhileShown(host, 'online', () => {
    if (isRetried(shown.view)) setTimeout(retry, Math.random() * jitterMilliseconds, shown.view)
  })
}

/** Of both it is the network that may be to blame: a connect token is asked for before the backend is. */
const reasons: readonly Reason[] = ['backend_unreachable', 'token_source_unavailable']

const isRetried = (view: View) => view.name === 'failed' && reasons.includes(view.failure.reason)
