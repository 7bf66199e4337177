/** An attempt waits for the person, or for the browser's leave. */

import { html } from 'lit'
import type { View } from '../view.ts'
import { type Content, type Scene, button } from './card.ts'

/** The person is in the window, as far as anyone can know. */
export function waiting({ text, acts }: Scene, { maybeClosed }: Extract<View, { name: 'waiting' }>): Content {
  return {
    message: maybeClosed ? text.maybeClosed : text.waiting,
    // Cancel first: it stays where it was while the window opened, and so does the focus.
    actions: [button(text.cancel, acts.cancel), button(text.reopen, acts.reopen, maybeClosed)],
  }
}

/** A blocker that refuses even a script's window in a click lets a link through. */
export function blocked({ text, acts }: Scene, { url }: Extract<View, { name: 'blocked' }>): Content {
  const open = url
    ? html`<a class="main" part="button main" href=${url} target="_blank" rel="noopener" @click=${acts.follow}>${text.openWindow}</a>`
    : button(text.openWindow, acts.reopen, true)
  return { message: text.blocked, actions: [open, button(text.cancel, acts.cancel)] }
}
