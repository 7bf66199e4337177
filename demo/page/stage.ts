/** Makes the live elements, the way the scenario wants them. */

import type { PageSetUp } from '../scenarios/scenario.ts'
import { connectToken, framed } from './host.ts'

/** Fills a place with elements, none of them for nobody. */
export function showElements(place: HTMLElement, setUp: PageSetUp, count = setUp.elements ?? 1): void {
  while (place.childElementCount > count) place.lastElementChild?.remove()
  while (place.childElementCount < count) place.append(makeElement(setUp))
}

function makeElement({ connector = 'acme', attributes = {}, direction, handsOver }: PageSetUp): HTMLElement {
  const element = document.createElement('connector-auth')
  const all = {
    'base-url': '/connector-auth',
    ...(framed || handsOver ? {} : { 'token-url': '/connect-token' }),
    ...(connector === null ? {} : { 'connector-id': connector }),
    ...(direction ? { dir: direction } : {}),
    ...attributes,
  }
  for (const [name, value] of Object.entries(all)) element.setAttribute(name, value)
  if (framed || handsOver) element.getAuthToken = connectToken
  if (handsOver) element.authToken = handed
  return element
}

/** The connect token of who is here, on a page that gives its elements one. */
let handed: string | undefined

/** Gives the elements, and those to come, the token of who is here now: whose was here before is gone with theirs. */
export async function handOver(place: HTMLElement): Promise<void> {
  handed = await connectToken()
  for (const element of place.querySelectorAll('connector-auth')) element.authToken = handed
}

/** Drops every attempt, token and record of the elements on this page. */
export async function forgetAll(): Promise<void> {
  const elements = [...document.querySelectorAll('connector-auth')]
  await Promise.all(elements.map((element) => element.signOut().catch(() => undefined)))
  for (const element of elements) element.remove()
}
