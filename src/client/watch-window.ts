/** Looks whether a window seems closed: only ever a hint. */

import type { Traveller } from './road.ts'

const everyMilliseconds = 500
const longEnoughMilliseconds = 3_000

/** Tells when the window seems closed and the person is back on this page for 3 s.
 *
 * `closed` alone says nothing: it also reads true where a Cross-Origin-Opener-Policy cut an open window off. This page has
 * no focus then. A window without a handle, after a reload or out of a frame, counts as closed.
 */
export function watchWindow({ popup, step, signal }: Traveller): void {
  let gone = 0
  const seemsClosed = () => popup()?.closed ?? true
  const timer = setInterval(() => {
    gone = seemsClosed() && isBack() ? gone + everyMilliseconds : 0
    if (gone > longEnoughMilliseconds) step({ type: 'popup_maybe_closed' })
  }, everyMilliseconds)
  signal.addEventListener('abort', () => clearInterval(timer))
  // Whoever goes back in the tab is back for certain.
  const show = ({ persisted }: PageTransitionEvent) =>
    persisted && seemsClosed() && step({ type: 'popup_maybe_closed' })
  addEventListener('pageshow', show, { signal })
}

/** A frame has the focus only while it is used, and opens tabs, which cover it. */
function isBack(): boolean {
  return document.hasFocus() || (self !== top && !document.hidden)
}
