/** One person's way from a page through the window to an end, in one engine. */

import { setTimeout as delay } from 'node:timers/promises'
import type { Person } from './cells.ts'
import { type Place, type Profile, type Tab, click, gone, opened, until } from './engine.ts'

/** What came of it. */
export interface Walk {
  /** What `connect()` resolved to. */
  readonly outcome: string
  /** The element's events, without their prefix. */
  readonly events: readonly string[]
  /** Whether the page had the focus back after the window was closed; absent where nobody closed it. */
  readonly focus?: boolean
  /** What the person had to click once more; '' where nothing. */
  readonly asked: string
}

const connect = { css: 'button:enabled', text: 'Connect Acme Cloud' }
const onceMore = ['Continue', 'Open window']
const cancel = { css: 'button', text: 'Cancel' }
export const endings: readonly string[] = ['connected', 'denied', 'cancelled', 'expired', 'failed']

/** What a person goes through. */
export interface Way {
  /** The address of the page with the element, or of one that has it in its only frame. */
  readonly address: string
  readonly framed?: boolean
  readonly person: Person
}

/** Goes the whole way and tells what was seen. */
export async function walk(profile: Profile, way: Way): Promise<Walk> {
  const host = await openPage(profile, way)
  let asked = ''
  const popup = await opened(
    profile,
    () => click(host, connect),
    async () => void (way.framed && !asked && (asked = await askAgain(host))),
  )
  await until('the sign-in page', () => popup.textOf({ css: '[data-testid=login-alice]' }))
  const focus = await act(profile, host, popup, way.person)
  return { ...(await told(host)), asked, ...(focus !== undefined && { focus }) }
}

/** Clicks where no window can come, once more where that is asked for, and waits for the event that says so. */
export async function walkInVain(profile: Profile, way: Way, event: string): Promise<string> {
  const host = await openPage(profile, way)
  await click(host, connect)
  let asked = ''
  await until(event, async () => {
    if ((await seen(host)).some((one) => one.startsWith(event))) return true
    asked ||= await askAgain(host, ['Continue'])
    return false
  })
  return asked ? `${event} after ${asked}` : event
}

async function openPage(profile: Profile, { address, framed, person }: Way): Promise<Place> {
  const tab = await profile.open(address)
  const host = framed ? tab.frame(0) : tab
  await until('the Connect button', () => host.textOf(connect))
  // What resting on the button does; a person's pointer is slower than a test's.
  if (person === 'finishes') await host.evaluate(() => document.querySelector('connector-auth')?.prepare())
  return host
}

/** Clicks once more where the browser lets no window open after the click's own task: WebKit. */
async function askAgain(host: Place, buttons = onceMore): Promise<string> {
  for (const text of buttons) if (await host.tryClick({ css: 'button, a', text }).catch(() => false)) return text
  return ''
}

async function told(host: Place): Promise<Pick<Walk, 'outcome' | 'events'>> {
  const outcome = await until('an outcome', () => host.evaluate(() => Reflect.get(globalThis, 'outcome')))
  // Time for an event too many to show itself.
  await delay(200)
  return { outcome: typeof outcome === 'string' ? outcome : '', events: await seen(host) }
}

async function act(profile: Profile, host: Place, popup: Tab, person: Person): Promise<boolean | undefined> {
  switch (person) {
    case 'finishes':
    case 'finishes unprepared':
      // Long enough for a library that believes `closed` to give up.
      await delay(1_500)
      await click(popup, { css: '[data-testid=login-alice]' })
      await click(popup, { css: '[data-testid=consent-allow]' })
      await gone(profile, popup)
      return undefined
    case 'closes the window': {
      await popup.close()
      const focus = await hasFocus(host)
      if (focus) await until('the hint', async () => (await seen(host)).includes('popup-maybe-closed'))
      await click(host, cancel)
      return focus
    }
    case 'cancels':
      await click(host, cancel)
      return undefined
    case 'does nothing':
      return undefined
  }
}

/** Whether the engine gives the page the focus within two seconds. */
async function hasFocus(host: Place): Promise<boolean> {
  const given = until('the focus', async () => host.evaluate(() => document.hasFocus()), 2_000)
  return given.then(
    () => true,
    () => false,
  )
}

async function seen(host: Place): Promise<string[]> {
  const events = await host.evaluate(() => Reflect.get(globalThis, 'seen'))
  return Array.isArray(events) ? events.map(String) : []
}
