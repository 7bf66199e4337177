/** No connection stands: the button. */

import { fill } from '../fill.ts'
import type { View } from '../view.ts'
import { type Content, type FirstScene, button } from './card.ts'

/** What the card holds before an attempt, and after one that brought nothing. */
export function idle({ text, acts, name }: FirstScene, { note }: Extract<View, { name: 'idle' }>): Content {
  const words = note === 'needsReconnect' ? 'reconnect' : 'connect'
  return {
    message: text[note],
    actions: [button(text[words], acts.connect, true, fill(text[`${words}Label`], name))],
  }
}
