/** The way of a full-page redirect on the app-callback road: out of this tab, and back with the answer on the URL. */

import { calculatePKCECodeChallenge } from 'oauth4webapi'
import { channelPrefix } from '../protocol/channel.ts'
import { InvalidRequestError } from '../protocol/errors.ts'
import { fit } from '../protocol/fit.ts'
import { object, text } from '../protocol/schema.ts'
import type { Answer } from './answer.ts'

/** What the callback page finds. */
const wayBack = object({ returnTo: text({ maxLength: 16_384 }) })

const keyOf = (channel: string) => channel.replace(channelPrefix, 'ca:redirect:')
/** Where the callback page notes its own address. */
const uriKeyOf = (channel: string) => channel.replace(channelPrefix, 'ca:uri:')

/** Answers that this page came with; several clients of a page may look. */
const answers = new Map<string, Answer>()

/** Notes the way back, before the tab is left.
 *
 * @throws {InvalidRequestError} `storage_unavailable`
 */
export function noteWayBack(channel: string): void {
  try {
    sessionStorage.setItem(keyOf(channel), JSON.stringify({ returnTo: location.href }))
  } catch (cause) {
    throw cannotLeave(cause)
  }
}

/** Notes the fragment of a page that is left for the bridge, which comes back without it. Of this tab alone: another
 * one at the same address may take up the attempt. */
export function noteFragment(sessionId: string): void {
  try {
    if (location.hash) sessionStorage.setItem(`ca:redirect:${sessionId}`, location.href)
  } catch {
    // It is not worth the attempt.
  }
}

/** Gives a page that came back its fragment again. */
export function restoreFragment(sessionId: string): void {
  try {
    const page = sessionStorage.getItem(`ca:redirect:${sessionId}`)
    sessionStorage.removeItem(`ca:redirect:${sessionId}`)
    if (!location.hash && page?.startsWith(`${location.href.replace(/#.*/, '')}#`)) location.replace(page)
  } catch {
    // Then it was never noted.
  }
}

/** The attempt is over: no later answer goes that way. */
export function forgetWayBack(channel: string): void {
  try {
    sessionStorage.removeItem(keyOf(channel))
    sessionStorage.removeItem(uriKeyOf(channel))
  } catch {
    // Then it was never noted.
  }
}

/** Why a tab cannot be left: nothing would know of the attempt when it comes back. */
export function cannotLeave(cause?: unknown): InvalidRequestError {
  return new InvalidRequestError(
    'storage_unavailable',
    'This browser stores nothing for the page, so the attempt could not go on after the return. Allow site data, or use a popup.',
    { cause },
  )
}

/** Takes an answer off this page's URL, if it came back with one, and gives the one of a state. */
export async function takeAnswer(): Promise<(stateKey: string) => Answer | undefined> {
  const state = new URLSearchParams(location.search).get('state')
  if (state) takeOff(state, channelPrefix + (await calculatePKCECodeChallenge(state)))
  return (stateKey) => answers.get(stateKey)
}

function takeOff(state: string, channel: string): void {
  const { search } = location
  try {
    // Another client of this page may have been quicker.
    const { returnTo } = fit(wayBack, JSON.parse(sessionStorage.getItem(keyOf(channel)) ?? 'null'))
    const uri = sessionStorage.getItem(uriKeyOf(channel))
    forgetWayBack(channel)
    const before = new URL(returnTo).search
    // No code stays in the history, nor where the host's other scripts read it.
    history.replaceState(history.state, '', returnTo)
    if (uri) answers.set(state, { query: search.slice(before.length).replace(/^\?*&/, ''), uri })
  } catch {
    // A host's own `state`, or storage that is gone.
  }
}
