/** Makes the live elements, the way the scenario wants them. */

import type { PageSetUp } from '../scenarios/scenario.ts'
import { connectToken, framed } from './host.ts'

/** Fills a place with elements, none of them for nobody. */
export function showElements(place: HTMLElement, setUp: PageSetUp, count = setUp.elements ?? 1): void {
  while (place.childElementCount > count) place.lastElementChild?.remove()
  while (place.childElementCount < count) place.append(makeElement(setUp))
}

function makeElement({ connector = 'acme', attributes = {}, direction }: PageSetUp): HTMLElement {
  const element = document.createElement('connector-auth')
  const all = {
    'base-url': '/connector-auth',
    ...(framed ? {} : { 'token-url': '/connect-token' }),
    ...(connector === null ? {} : { 'connector-id': connector }),
    ...(direction ? { dir: direction } : {}),
    ...attributes,
  }
  for (const [name, value] of Object.entries(all)) element.setAttribute(name, value)
  if (framed) element.getAuthToken = connectToken
  return element
}

/** Drops every attempt, token and record of the elements on this page. */
export async function forgetAll(): Promise<void> {
  const elements = [...document.querySelectorAll('connector-auth')]
  await Promise.all(elements.map((element) => element.signOut().catch(() => undefined)))
  for (const element of elements) element.remove()
}
