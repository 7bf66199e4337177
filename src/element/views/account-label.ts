/** What a card is called where several of one connector stand on a page: the connector, and whose account it is. */

import { insertAll } from '../insert.ts'
import type { CardText } from '../text.ts'
import type { Status, View } from '../view.ts'
import { localeOf } from '../locale.ts'
import type { Card, FirstScene } from './card.ts'

/** The account that each card told of last: an attempt says nothing of it. */
const told = new WeakMap<HTMLElement, string | undefined>()

/** The number of each card whose account has no name that no other has. */
const numbers = new WeakMap<HTMLElement, number | undefined>()

/** Tells such a card from the others, in its heading and in what it is called. */
export function setNumber(card: Card, number: number | undefined): void {
  if (numbers.get(card) === number) return
  numbers.set(card, number)
  card.requestUpdate()
}

/** Names a card for who does not see what stands around it. */
export function accountLabel({ host, name, connectionId, language }: FirstScene, view: View, text: CardText): string {
  if (!keeps(view)) told.set(host, accountIn(view))
  const account = [connectionId && told.get(host), numberOf(host, language)].filter(Boolean).join(' ')
  return account ? insertAll(text.named, { name, account }) : name
}

/** Heads a card: its number is seen too, and whose account it is stands below. */
export function title({ host, name, language }: FirstScene, text: CardText): string {
  const account = numberOf(host, language)
  return account ? insertAll(text.named, { name, account }) : name
}

function numberOf(host: HTMLElement, language: string): string | undefined {
  const number = numbers.get(host)
  return number === undefined ? undefined : new Intl.NumberFormat(localeOf(language)).format(number)
}

function accountIn(view: View): string | undefined {
  if (view.name === 'connected') return view.standing.account?.name
  return view.name === 'idle' ? view.ended?.account?.name : undefined
}

/** Whether the card is still for the account that it told of. After a sign-out it is for nobody's. */
const keeps = (view: View): boolean =>
  view.name === 'idle' ? view.note !== 'idle' && !view.ended : !toldAnew.includes(view.name)

const toldAnew: readonly Status[] = ['loading', 'fault', 'list', 'accounts', 'connected']
