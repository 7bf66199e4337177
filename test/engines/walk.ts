/** One person's way through one cell, in one engine. */

import { setTimeout as delay } from 'node:timers/promises'
import type { Cell } from './cells.ts'
import { type Profile, type Tab, click, gone, opened, until } from './engine.ts'
import type { Sites } from './sites.ts'

/** What came of it. */
export interface Walk {
  /** What `connect()` resolved to. */
  readonly outcome: string
  /** The element's events, without their prefix. */
  readonly events: readonly string[]
  /** Whether the page had the focus back after the window was closed; absent where nobody closed it. */
  readonly focus?: boolean
}

const connect = { css: 'button:enabled', text: 'Connect Acme Cloud' }
const cancel = { css: 'button', text: 'Cancel' }
export const endings: readonly string[] = ['connected', 'denied', 'cancelled', 'expired', 'failed']

/** Goes through a cell and tells what was seen. */
export async function walk(profile: Profile, sites: Sites, cell: Cell): Promise<Walk> {
  const host = await profile.open(sites.pageOf(cell, crypto.randomUUID()))
  await until('the Connect button', () => host.textOf(connect))
  // What resting on the button does; a person's pointer is slower than a test's.
  if (cell.person === 'finishes') await host.evaluate(() => document.querySelector('connector-auth')?.prepare())
  const popup = await opened(profile, () => click(host, connect))
  await until('the sign-in page', () => popup.textOf({ css: '[data-testid=login-alice]' }))
  const focus = await act(profile, host, popup, cell.person)
  const told = await until('an outcome', () => host.evaluate(() => Reflect.get(globalThis, 'outcome')))
  // Time for an event too many to show itself.
  await delay(200)
  const events = await seen(host)
  return { outcome: typeof told === 'string' ? told : '', events, ...(focus !== undefined && { focus }) }
}

async function act(profile: Profile, host: Tab, popup: Tab, person: Cell['person']): Promise<boolean | undefined> {
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
async function hasFocus(host: Tab): Promise<boolean> {
  const given = until('the focus', async () => host.evaluate(() => document.hasFocus()), 2_000)
  return given.then(
    () => true,
    () => false,
  )
}

async function seen(host: Tab): Promise<string[]> {
  const events = await host.evaluate(() => Reflect.get(globalThis, 'seen'))
  return Array.isArray(events) ? events.map(String) : []
}
