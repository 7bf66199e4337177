/** An attempt waits for the person, or for the browser's leave. */

import { html } from 'lit'
import type { View } from '../view.ts'
import { type Content, type Scene, button } from './card.ts'
import { copyLink } from './copy-link.ts'

/** The person is in the window, as far as anyone can know. */
export function waiting({ text, acts }: Scene, { maybeClosed, left }: Extract<View, { name: 'waiting' }>): Content {
  const [message, words] = left
    ? [text.unfinished, text.goOn]
    : [maybeClosed ? text.maybeClosed : text.waiting, text.reopen]
  return {
    message,
    // Cancel first: it stays where it was while the window opened, and so does the focus.
    actions: [button(text.cancel, acts.cancel), button(words, acts.reopen, maybeClosed)],
  }
}

/** A blocker that refuses even a script's window in a click lets a link through; and this tab is always there. */
export function blocked(scene: Scene, { url }: Extract<View, { name: 'blocked' }>): Content {
  const { text, acts, mode } = scene
  const open = url
    ? html`<a class="main" part="button main" href=${url} target="_blank" rel="noopener" @click=${acts.follow}>${text.openWindow}</a>`
    : button(text.openWindow, acts.reopen, true)
  const leave = mode !== 'popup' && self === top && button(text.leave, acts.leave)
  return {
    message: text.blocked,
    // A frame cannot be left for it: then the page may be opened elsewhere. And its sandbox, which nobody can ask, may be why.
    more: self === top ? '' : html`<small part="report">popup_blocked</small>${copyLink(scene)}`,
    actions: [open, leave || '', button(text.cancel, acts.cancel)],
  }
}

/** The click that opens the window was too long ago. */
export function ready({ text, acts }: Scene): Content {
  return { message: text.ready, actions: [button(text.goOn, acts.reopen, true), button(text.cancel, acts.cancel)] }
}
