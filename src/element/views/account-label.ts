/** What a card is called where several of one connector stand on a page: the connector, and whose account it is. */

import { insertAll } from '../insert.ts'
import type { CardText } from '../text.ts'
import type { Status, View } from '../view.ts'
import type { FirstScene } from './card.ts'

/** The account that each card told of last: an attempt says nothing of it. */
const told = new WeakMap<HTMLElement, string | undefined>()

/** Names a card for who does not see what stands around it. */
export function accountLabel({ host, name, connectionId }: FirstScene, view: View, text: CardText): string {
  if (!keeps(view)) told.set(host, accountIn(view))
  const account = connectionId && told.get(host)
  return account ? insertAll(text.named, { name, account }) : name
}

function accountIn(view: View): string | undefined {
  if (view.name === 'connected') return view.standing.account?.name
  return view.name === 'idle' ? view.ended?.account?.name : undefined
}

/** Whether the card is still for the account that it told of. After a sign-out it is for nobody's. */
const keeps = (view: View): boolean =>
  view.name === 'idle' ? view.note !== 'idle' && !view.ended : !toldAnew.includes(view.name)

const toldAnew: readonly Status[] = ['loading', 'fault', 'list', 'accounts', 'connected']
