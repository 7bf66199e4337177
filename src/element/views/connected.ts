/** A connection stands: whose account, what it may do, and what can be done with it. */

import { html } from 'lit'
import { count } from '../count.ts'
import { day } from '../day.ts'
import { insert } from '../insert.ts'
import type { Connected, View } from '../view.ts'
import { type Content, type Scene, button } from './card.ts'
import { disconnectButton } from './disconnect.ts'
import { sentences } from './sentences.ts'

/** What the card holds while a connection stands. */
export function connected(scene: Scene, { standing, late }: Extract<View, { name: 'connected' }>): Content {
  const { text, acts, label, connectionId } = scene
  const { account, scopes } = standing
  const state = account ? insert(text.connectedAs, account.name) : text.connected
  const missing = scopes.missing.length > 0
  return {
    message: late ? sentences(text, state, text.late) : state,
    more: [
      since(scene, standing),
      scopes.granted.length + scopes.missing.length > 0 ? permissions(scene, standing) : '',
    ],
    actions: [
      late ? button(text.keep, acts.keep, true) : '',
      missing && !late ? button(text.grant, acts.grant, true, insert(text.grantLabel, label)) : '',
      // The long one first: then the two short ones share a line in a narrow card.
      late || connectionId ? '' : button(text.add, acts.add, false, insert(text.addLabel, label)),
      late ? '' : button(text.reconnect, acts.connect, false, insert(text.reconnectLabel, label)),
      disconnectButton(scene, account?.name),
    ],
  }
}

/** Not in the message: nobody has to be told of it. */
function since({ text, language }: Scene, { createdAt = '' }: Connected): unknown {
  const said = day(createdAt, language)
  return said && html`<small part="since">${insert(text.connectedOn, said)}</small>`
}

function permissions({ text, language }: Scene, { scopes }: Connected) {
  return html`
    <details part="permissions">
      <summary><bdi>${count(text.permissions, scopes.granted.length, language)}</bdi></summary>
      <ul>
        ${scopes.granted.map((scope) => html`<li><bdi>${scope}</bdi></li>`)}
        ${scopes.missing.map((scope) => html`<li>${text.missing}: <s><bdi>${scope}</bdi></s></li>`)}
      </ul>
    </details>
  `
}
