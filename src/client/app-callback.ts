/** The app-callback road: the answer comes from the callback page on this origin, over a channel that only the state names. */

import { getAuthSession } from '../api/attempts.ts'
import { type Answer, checkAnswer, readAnswer } from './answer.ts'
import { type RoadOptions, finish, settle } from './finish.ts'
import { followPage } from './follow-page.ts'
import { openPopup } from './popup.ts'
import type { Road, Traveller } from './road.ts'
import { type AppSession, openUntil } from './session.ts'
import { watchWindow } from './watch-window.ts'

export interface AppCallbackOptions extends RoadOptions {
  /** Whether the window was opened before, by this page or another. */
  readonly resumed: boolean
  /** The answer that came with the page's own URL. */
  readonly answer?: Answer | undefined
  /** Notes the way back for the callback page, so that this tab can be left. */
  readonly prepareLeaving: () => Promise<void>
}

/** Makes the road of a session. */
export function createAppCallback(session: AppSession, options: AppCallbackOptions): Road {
  const { id, redirectUrl: url } = session.created
  let traveller: Traveller | undefined
  return {
    id,
    url,
    deadline: session.deadline,
    openUntil: openUntil(session),
    canOpen: () => true,
    open(blank) {
      if (!blank) return openPopup(url)
      blank.location.replace(url)
      return blank
    },
    async leave() {
      await options.prepareLeaving()
      if (!traveller?.signal.aborted) location.assign(url)
    },
    travel(arrived) {
      traveller = arrived
      travel(session, arrived, options)
    },
  }
}

function travel(session: AppSession, traveller: Traveller, options: AppCallbackOptions): void {
  const over = new AbortController()
  const signal = AbortSignal.any([over.signal, options.personSignal])
  setTimeout(() => over.abort(), session.deadline - performance.now())
  const take = (came: Answer) => {
    over.abort()
    // After a Cancel too: what the person has consented to meanwhile is a connection, and must not be lost.
    traveller.step({ type: 'returned' })
    void accept(session, came, traveller, options)
  }
  if (options.answer) return take(options.answer)
  watchWindow(traveller)
  followPage(signal, (again) => {
    const channel = new BroadcastChannel(session.channel)
    channel.onmessage = ({ data }) => {
      const came = readAnswer(session, data)
      if (!came) return
      channel.postMessage({ type: 'received' })
      take(came)
    }
    // A callback page that found nobody waits for a minute.
    channel.postMessage({ type: 'waiting' })
    if (again || options.resumed) void look(session, over, traveller, options)
    return () => channel.close()
  })
}

/** Another tab may have finished it while this one was away. */
async function look(
  session: AppSession,
  over: AbortController,
  traveller: Traveller,
  options: AppCallbackOptions,
): Promise<void> {
  const status = await getAuthSession(options.call, session.created.id).catch(() => undefined)
  // Meanwhile its answer may have come: whoever finishes it tells how it ended.
  if (over.signal.aborted || !status || status.status === 'INACTIVE') return
  over.abort()
  await settle(status, traveller, options)
}

async function accept(
  { created, verifier, deadline }: AppSession,
  { query: callback, uri: redirectUri }: Answer,
  traveller: Traveller,
  options: RoadOptions,
): Promise<void> {
  const parameters = new URLSearchParams(callback)
  try {
    checkAnswer(created, parameters)
  } catch (error) {
    return traveller.fail(error)
  }
  const finishing = finish({ id: created.id, deadline, body: { verifier, redirectUri, callback } }, traveller, options)
  // A refusal goes to the backend too, so that the session ends there; the person need not wait for that.
  if (parameters.get('error') === 'access_denied') traveller.step({ type: 'settled', outcome: { status: 'denied' } })
  return finishing
}
