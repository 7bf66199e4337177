/** Makes one of several cards: an element of the same class, which speaks through the client of the one around it. */

import type { Card, FirstScene, Seed } from './card.ts'
import { setNumber } from './account-label.ts'
import { cardParts } from './parts.ts'

/** What such cards have in common with the element that shows them. */
const inherited = ['baseUrl', 'tokenUrl', 'authToken', 'getAuthToken', 'sessionKey', 'storage', 'force', 'mode', 'text']

/** Each with what it was told of last. */
type Cards = Map<string, { readonly card: Card; of?: readonly unknown[] }>
/** By the set of those that are shown: with another person it is another set. */
const all = new WeakMap<object, Cards>()

/** Makes the card, or finds it; it follows what is known. */
export function nest({ host, acts, cards: present }: FirstScene, seed: Seed): Card {
  const { connectorId, connectionId = '', connections } = seed
  const cards: Cards = all.get(present) ?? new Map()
  all.set(present, cards)
  const key = JSON.stringify([connectorId, connectionId])
  const known = cards.get(key) ?? { card: make(host) }
  const { card } = known
  cards.set(key, known)
  for (const name of inherited) Object.assign(card, { [name]: Reflect.get(host, name) })
  const scopes = Reflect.get(host, 'connectorId') ? Reflect.get(host, 'scopes') : undefined
  Object.assign(card, { connectorId, connectionId, scopes })
  setNumber(card, seed.number)
  const [connection, connector] = known.of ?? []
  const same = known.of && connection === connections[0] && connector === seed.connector
  if (!same) acts.belong(card, seed)
  known.of = [connections[0], seed.connector]
  return card
}

/** Of the very class: a page may have two, of two bundles. */
function make({ constructor }: HTMLElement): Card {
  const card = Reflect.construct(constructor, []) as Card
  card.setAttribute('exportparts', cardParts)
  return card
}
