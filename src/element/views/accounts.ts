/** Several accounts of one connector: a card for each, and one more that adds another. */

import { type TemplateResult, html } from 'lit'
import type { Connection } from '../../client/index.ts'
import { count as say } from '../count.ts'
import { insert } from '../insert.ts'
import type { View } from '../view.ts'
import { type Content, type Scene, button } from './card.ts'

/** Renders a card for each connection before the one of the connector. */
export function accounts(all: readonly Connection[], own: TemplateResult, scene: Scene): TemplateResult {
  const cards = all.map((connection) => {
    const { connectorId, connectionId } = connection
    const { connector } = scene
    const number = numberOf(connection, all)
    return scene.nest({ connectorId, connectionId, connector, connections: [connection], number })
  })
  return html`${cards}${own}`
}

/** Counts those whose accounts have one name: services may tell none, and people give two the same. */
function numberOf(connection: Connection, all: readonly Connection[]): number | undefined {
  const alike = all.filter(({ account }) => (account?.name || '') === (connection.account?.name || ''))
  return alike.length > 1 ? alike.indexOf(connection) + 1 : undefined
}

/** What the connector's own card holds. */
export function addAccount(
  { text, acts, name, language }: Scene,
  { note, count }: Extract<View, { name: 'accounts' }>,
): Content {
  return {
    message: note === 'idle' ? say(text.accounts, count, language) : text[note],
    actions: [button(text.add, acts.add, true, insert(text.addLabel, name))],
  }
}
