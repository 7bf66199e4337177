/** What a test asks of a browser engine: real windows, real input, focus as it is. */

import { setTimeout as delay } from 'node:timers/promises'

export type EngineName = 'chromium' | 'firefox' | 'webkit'

/** The first element, through open shadow roots, that the selector fits and whose label or text begins with the words. */
export interface Target {
  readonly css: string
  readonly text?: string
}

/** A document: a window's own, or one in a frame. */
export interface Place {
  /** Whether there was such an element to click. */
  tryClick(target: Target): Promise<boolean>
  /** The text of such an element. */
  textOf(target: Target): Promise<string | null>
  /** Calls a function in the page with parameters that JSON can carry, and gives what it answers, awaited. */
  evaluate<P extends readonly unknown[]>(act: (...parameters: P) => unknown, ...parameters: P): Promise<unknown>
}

/** A window or a tab. */
export interface Tab extends Place {
  readonly id: string
  /** The document in one of its frames. */
  frame(index: number): Place
  goto(url: string): Promise<void>
  url(): Promise<string>
  /** A PNG of what it shows. */
  screenshot(): Promise<Uint8Array>
  /** Closes it as the person does. */
  close(): Promise<void>
}

/** A browser of one person, which knows nothing of another's. */
export interface Profile {
  open(url: string): Promise<Tab>
  tabs(): Promise<readonly Tab[]>
  close(): Promise<void>
}

/** A running engine. */
export interface Engine {
  readonly name: EngineName
  readonly version: string
  newProfile(): Promise<Profile>
  close(): Promise<void>
}

const patience = 20_000

/** Asks until the answer is neither null, undefined nor false.
 *
 * @throws {Error} with the last fault, when that takes too long.
 */
export async function until<T>(what: string, ask: () => Promise<T>, milliseconds = patience): Promise<NonNullable<T>> {
  const end = performance.now() + milliseconds
  let fault: unknown
  while (performance.now() < end) {
    try {
      const answer = await ask()
      if (answer !== null && answer !== undefined && answer !== false) return answer
    } catch (error) {
      // Documents go away while they are asked.
      fault = error
    }
    await delay(40)
  }
  throw new Error(`${what}: not within ${milliseconds} ms.`, { cause: fault })
}

/** Clicks an element as soon as there is one. */
export async function click(place: Place, target: Target): Promise<void> {
  await until(`a click on ${target.text ?? target.css}`, () => place.tryClick(target))
}

/** The window that an act opens; `meanwhile` is done while there is none. */
export async function opened(
  profile: Profile,
  act: () => Promise<unknown>,
  meanwhile?: () => Promise<void>,
): Promise<Tab> {
  const before = new Set((await profile.tabs()).map(({ id }) => id))
  await act()
  return until('a new window', async () => {
    const made = (await profile.tabs()).find(({ id }) => !before.has(id))
    if (!made) await meanwhile?.()
    return made
  })
}

/** Waits until a window has gone. */
export async function gone(profile: Profile, tab: Tab): Promise<void> {
  await until('a window that closes', async () => (await profile.tabs()).every(({ id }) => id !== tab.id))
}
