/** A connection stands: whose account, what it may do, and the way out. */

import { html } from 'lit'
import { count } from '../count.ts'
import { fill } from '../fill.ts'
import type { View } from '../view.ts'
import { type Content, type Scene, button } from './card.ts'

/** What the card holds while a connection stands. */
export function connected(
  { text, acts, name, language }: Scene,
  { standing, late }: Extract<View, { name: 'connected' }>,
): Content {
  const { account, scopes } = standing
  return {
    message: `${account ? fill(text.connectedAs, account.name) : text.connected}${late ? ` ${text.late}` : ''}`,
    more: html`
      <details part="permissions">
        <summary>${count(text.permissions, scopes.granted.length, language)}</summary>
        <ul>
          ${scopes.granted.map((scope) => html`<li>${scope}</li>`)}
          ${scopes.missing.map((scope) => html`<li>${text.missing}: <s>${scope}</s></li>`)}
        </ul>
      </details>
    `,
    actions: [
      late ? button(text.keep, acts.keep, true) : '',
      button(text.disconnect, acts.disconnect, false, fill(text.disconnectLabel, name)),
    ],
  }
}
