/** The app-callback road: the answer comes from the callback page on this origin, over a channel that only the state names. */

import type { Call } from '../api/call.ts'
import { redeemAuthSession } from '../api/attempts.ts'
import { delay } from '../api/wait.ts'
import type { Redeemed } from '../protocol/auth-session.ts'
import { ConnectorAuthError } from '../protocol/errors.ts'
import { type Answer, checkAnswer, readAnswer } from './answer.ts'
import { outcomeOf } from './outcome.ts'
import type { Road, Traveller } from './road.ts'
import type { Session } from './session.ts'

export interface AppCallbackOptions {
  readonly call: Call
  readonly connectorId: string
  /** Ends when the person signs out or the client is closed. */
  readonly personSignal: AbortSignal
  /** Hears the backend's answer, before the attempt settles. */
  readonly onRedeemed: (answer: Redeemed) => Promise<void>
  /** Hears of an answer that came when the attempt had already ended here. */
  readonly onLate: (answer: Redeemed) => void
}

/** Makes the road of a session. */
export function createRoad(session: Session, options: AppCallbackOptions): Road {
  return {
    id: session.id,
    url: session.redirectUrl,
    deadline: session.deadline,
    travel(traveller) {
      const channel = new BroadcastChannel(session.channel)
      channel.onmessage = ({ data }) => {
        const came = readAnswer(session, data)
        if (!came) return
        channel.postMessage({ type: 'received' })
        channel.close()
        // After a Cancel too: what the person has consented to meanwhile is a connection, and must not be lost.
        traveller.step({ type: 'returned' })
        void finish(session, came, traveller, options)
      }
      const expire = () => {
        channel.close()
        traveller.step({ type: 'settled', outcome: { status: 'expired' } })
      }
      const deadline = setTimeout(expire, session.deadline - performance.now())
      const watch = watchWindow(traveller)
      traveller.signal.addEventListener('abort', () => clearInterval(watch))
      options.personSignal.addEventListener('abort', () => {
        channel.close()
        clearTimeout(deadline)
      })
    },
  }
}

/** Looks whether the window seems closed; only a hint, for `closed` also reads true where the provider's
 * Cross-Origin-Opener-Policy cut an open window off. This page has no focus then. */
function watchWindow({ popup, step }: Traveller): ReturnType<typeof setInterval> {
  const every = 500
  let gone = 0
  return setInterval(() => {
    gone = popup()?.closed && document.hasFocus() ? gone + every : 0
    if (gone > 3_000) step({ type: 'popup_maybe_closed' })
  }, every)
}

async function finish(
  session: Session,
  came: Answer,
  { step, fail }: Traveller,
  { call, connectorId, onRedeemed, onLate }: AppCallbackOptions,
): Promise<void> {
  try {
    const parameters = new URLSearchParams(came.query)
    checkAnswer(session, parameters)
    const answering = redeem(call, session, came)
    // A refusal goes to the backend too, so that the session ends there; the person need not wait for that.
    if (parameters.get('error') === 'access_denied') step({ type: 'settled', outcome: { status: 'denied' } })
    const answer = await answering
    // A connection that could not be kept here is a connection all the same.
    await onRedeemed(answer).catch(() => undefined)
    if (!step({ type: 'settled', outcome: outcomeOf(connectorId, answer) })) onLate(answer)
  } catch (error) {
    fail(error)
  }
}

/** Sends the same request until it is answered: the backend answers it again with what it has stored. */
async function redeem(
  call: Call,
  { id, verifier, deadline }: Session,
  { query: callback, uri: redirectUri }: Answer,
): Promise<Redeemed> {
  for (let milliseconds = 250; ; milliseconds *= 2) {
    try {
      return await redeemAuthSession(call, id, { verifier, redirectUri, callback })
    } catch (error) {
      const again = error instanceof ConnectorAuthError && error.retryable && milliseconds < 5_000
      if (!again || performance.now() + milliseconds > deadline) throw error
      await delay(milliseconds)
    }
  }
}
