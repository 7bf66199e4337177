/** A connection stands: whose account, what it may do, and what can be done with it. */

import { html } from 'lit'
import { count } from '../count.ts'
import { day } from '../day.ts'
import { insert } from '../insert.ts'
import type { Connected, View } from '../view.ts'
import { type Content, type Scene, button } from './card.ts'
import { disconnectButton } from './disconnect.ts'
import { sentences } from './sentences.ts'

type Standing = Extract<View, { name: 'connected' }>

/** What the card holds while a connection stands. */
export function connected(scene: Scene, view: Standing): Content {
  const { standing, late } = view
  const { text, acts, label, connectionId } = scene
  const { account, scopes } = standing
  const missing = scopes.missing.length > 0
  return {
    message: messageOf(scene, view),
    more: [
      // First in their line: where they take all of it, what was pressed stays where it is.
      scopes.granted.length + scopes.missing.length > 0 ? permissions(scene, standing) : '',
      since(scene, standing),
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

/** Whose it is, and how an attempt to change it ended. */
function messageOf({ text }: Scene, { standing: { account }, late, note }: Standing): string {
  const state = account ? insert(text.connectedAs, account.name) : text.connected
  const said = late ? text.late : note && text[`${note}Still`]
  return said ? sentences(text, state, said) : state
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
