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
    return scene.nest({ connectorId, connectionId, connector: scene.connector, connections: [connection] })
  })
  return html`${cards}${own}`
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
