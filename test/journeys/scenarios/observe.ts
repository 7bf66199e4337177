/** What is seen of a scenario besides what the card says: the log, the card's height, and what browser and backend keep. */

import assert from 'node:assert/strict'
import type { Bench } from './quality.ts'

/** Waits until the log ends with such an event, of which there is one. */
export async function endsOnceWith({ byTestId, logged }: Bench, event: string): Promise<void> {
  assert.equal(await logged(event), 1)
  const last = byTestId('events').locator('li').last()
  assert.equal(await last.getAttribute('data-event'), event)
  const hidden = await last.evaluate((line) => {
    const log = line.parentElement?.getBoundingClientRect()
    return Math.round(line.getBoundingClientRect().bottom - (log?.bottom ?? 0))
  })
  assert.ok(hidden <= 0, `${hidden} pixels of the last line are under the log's edge`)
}

/** How many such events the log has now. */
export function countOf({ byTestId }: Bench, event: string): Promise<number> {
  return byTestId('events').locator(`[data-event="${event}"]`).count()
}

/** When the log has a line with these words, in seconds since the page began to load. */
export async function loggedAt({ byTestId }: Bench, words: string): Promise<number> {
  const line = byTestId('events').locator('li').filter({ hasText: words }).last()
  return Number.parseFloat((await line.locator('time').textContent()) ?? '')
}

/** The values of a field in the log's lines of an event, each once. */
export async function fieldIn({ byTestId }: Bench, event: string, field: string): Promise<readonly string[]> {
  const lines = await byTestId('events').locator(`[data-event="${event}"] span`).allTextContents()
  return [...new Set(lines.map((line) => new RegExp(`\\b${field}=(\\S+)`).exec(line)?.[1] ?? ''))]
}

/** Begins to note every height that the card has until it is connected.
 *
 * @returns What gives the different ones, in pixels.
 */
export async function watchHeight({ card }: Bench): Promise<() => Promise<readonly number[]>> {
  const heights = await card.evaluateHandle((element) => {
    const seen = new Set<number>()
    new ResizeObserver(() => {
      if (Reflect.get(element, 'status') !== 'connected') seen.add(Math.round(element.getBoundingClientRect().height))
    }).observe(element)
    return seen
  })
  return () => heights.evaluate((seen) => [...seen])
}

/** How many connections the backend's view tells of. */
export async function held({ byTestId }: Bench, count: number): Promise<void> {
  const of = (text: string) => text.match(/^ {4}\S+ \/ \S+ {2}/gm)?.length ?? 0
  for (let round = 0; round < 40; round += 1) {
    if (of((await byTestId('backend').textContent()) ?? '') === count) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  assert.equal(of((await byTestId('backend').textContent()) ?? ''), count)
}

/** Everything that a page can read of what its browser keeps for it, as text. */
export function keptInBrowser({ app, context }: Bench): Promise<string> {
  return Promise.all([
    app.evaluate(() => [localStorage, sessionStorage].map((area) => JSON.stringify(area)).join() + document.cookie),
    context.cookies().then((cookies) => JSON.stringify(cookies)),
  ]).then(String)
}
