/** No connection stands: the button. */

import { html } from 'lit'
import { fill } from '../fill.ts'
import type { View } from '../view.ts'
import { type Content, type FirstScene, button, guarded } from './card.ts'

/** What the card holds before an attempt, and after one that brought nothing. */
export function idle(
  { text, acts, name, label = name }: FirstScene,
  { note }: Extract<View, { name: 'idle' }>,
): Content {
  const words = note === 'needsReconnect' ? 'reconnect' : 'connect'
  return {
    message: text[note],
    // A host's own button stands in the place of ours; what is clicked in either comes up to the slot.
    actions: [
      html`<slot name="connect" @click=${guarded(acts.connect)}>${button(text[words], () => undefined, true, fill(text[`${words}Label`], label))}</slot>`,
    ],
  }
}
