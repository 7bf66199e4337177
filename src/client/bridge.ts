/** The bridge: the answer comes back to the backend, which keeps it for who can show that this page began the attempt. */

import type { Call } from '../api/call.ts'
import type { Progress } from '../protocol/auth-session.ts'
import { InvalidRequestError } from '../protocol/errors.ts'
import { type Forbidden, postEntry } from './bridge-form.ts'
import type { BridgeHelper } from './bridge-helper.ts'
import { type RoadOptions, finish } from './finish.ts'
import { followPage } from './follow-page.ts'
import { pollProgress } from './poll-progress.ts'
import { openPopup } from './popup.ts'
import type { Road, Traveller } from './road.ts'
import type { BridgeSession } from './session.ts'
import { watchWindow } from './watch-window.ts'

export interface BridgeOptions extends RoadOptions {
  readonly helper: () => BridgeHelper
  /** Makes calls that may wait. */
  readonly makeCall: (signal: AbortSignal) => Call
  /** Whether the window was opened before, by this page or another. */
  readonly resumed: boolean
  /** Gives the session with which this tab can be left: it is told where the callback goes on to. */
  readonly prepareLeaving: () => Promise<BridgeSession>
}

/** So long a window may take to reach the backend, before it counts as blocked. */
const startMilliseconds = { window: 5_000, form: 2_000 }

/** What the window and the poll know of each other. */
interface Stand {
  traveller?: Traveller
  /** Whether the window is known to have reached the backend. */
  reached: boolean
  /** Whether it was taken for blocked meanwhile. */
  doubted: boolean
  doubt?: ReturnType<typeof setTimeout>
  /** Begins the poll; before a window is open there is nothing to hear. */
  begin?: () => void
}

/** Makes the road of a session.
 *
 * @see RFC 10017 §6.2
 */
export function createBridge(session: BridgeSession, options: BridgeOptions): Road {
  const framed = self !== top
  const stand: Stand = { reached: options.resumed, doubted: false }
  const forbid = (what: Forbidden) => stand.traveller?.fail(forbidden(what))
  return {
    id: session.created.id,
    url: undefined,
    deadline: session.deadline,
    canOpen: () => !framed || options.helper().hasClick(),
    open(blank) {
      // Out of a frame, a window of the script's own would be cut off under an embedder's opener policy.
      const popup = framed ? undefined : (blank ?? openPopup())
      if (popup === null) return popup
      stand.begin?.()
      postEntry(popup?.document ?? options.helper().document(), entryOf(session), popup ? '' : '_blank', forbid)
      doubt(stand, startMilliseconds[popup ? 'window' : 'form'])
      return popup
    },
    async leave() {
      const leaving = await options.prepareLeaving()
      if (stand.traveller?.signal.aborted) return
      postEntry(options.helper().document(), entryOf(leaving), '_top', forbid)
    },
    travel(traveller) {
      stand.traveller = traveller
      travel(session, traveller, stand, options)
    },
  }
}

/** Neither a blocked form nor, in WebKit, a forbidden one tells anybody: a window that does not arrive says so. */
function doubt(stand: Stand, milliseconds: number): void {
  clearTimeout(stand.doubt)
  if (stand.reached) return
  stand.doubt = setTimeout(() => {
    stand.doubted = !!stand.traveller?.step({ type: 'popup_blocked' })
  }, milliseconds)
}

function travel(session: BridgeSession, traveller: Traveller, stand: Stand, options: BridgeOptions): void {
  const { created, deadline, verifier } = session
  const { makeCall, resumed, personSignal } = options
  const over = new AbortController()
  const ended = AbortSignal.any([personSignal, over.signal])
  setTimeout(() => over.abort(), deadline - performance.now())
  const onProgress = (progress: Progress) => {
    if (progress === 'pending') return
    clearTimeout(stand.doubt)
    stand.reached = true
    // The network was slow, not the browser in the way.
    if (progress === 'started') return void (stand.doubted && traveller.step({ type: 'popup_opened' }))
    over.abort()
    if (progress === 'returned') traveller.step({ type: 'returned' })
    void finish({ id: created.id, deadline, body: { verifier } }, traveller, options)
  }
  let begun = false
  stand.begin = () => {
    if (begun) return
    begun = true
    followPage(ended, () => {
      const turn = new AbortController()
      const signal = AbortSignal.any([ended, turn.signal])
      pollProgress({ sessionId: created.id, signal, makeCall, onProgress }).catch(traveller.fail)
      return () => turn.abort()
    })
  }
  traveller.signal.addEventListener('abort', () => clearTimeout(stand.doubt))
  watchWindow(traveller)
  if (resumed) stand.begin()
}

const entryOf = ({ created: { id, startUrl }, secret }: BridgeSession) => ({ id, startUrl, secret })

function forbidden(what: Forbidden): InvalidRequestError {
  return new InvalidRequestError(
    'bridge_blocked',
    what === 'form-action'
      ? "The page's Content-Security-Policy stops the window: add the backend to form-action."
      : "The frame's sandbox stops the window: add allow-forms, allow-popups and allow-popups-to-escape-sandbox.",
  )
}
