/** Something failed: what happened, what to do, and what to quote in a report. */

import { html } from 'lit'
import { sentenceOf } from '../failure-text.ts'
import { insert } from '../insert.ts'
import type { View } from '../view.ts'
import { type Content, type Scene, button } from './card.ts'

/** What the card holds after a failure. */
export function failed(
  { text, acts, label }: Scene,
  { failure, next, back }: Extract<View, { name: 'failed' }>,
): Content {
  const { reason, message, requestId } = failure
  // Of a connection that stands, or that is to be renewed: the one that was chosen may be meant as one more.
  const another = reason === 'account_mismatch'
  return {
    message: text[reason] ?? text[sentenceOf(reason)] ?? message,
    more: html`
      <small part="report">${reason}${requestId && ` · ${insert(text.requestId, requestId)}`}</small>
      ${requestId ? html`<button part="button" class="small" @click=${copy}>${text.copyId}</button><output></output>` : ''}
    `,
    actions: [
      button(text.retry, acts[next], true),
      another ? button(text.add, acts.add, false, insert(text.addLabel, label)) : '',
      back || another ? button(text.dismiss, acts.load) : '',
    ],
  }

  function copy({ currentTarget }: Event): void {
    const said = currentTarget instanceof HTMLElement ? currentTarget.nextElementSibling : null
    // Without a clipboard the id stands there to be selected.
    navigator.clipboard?.writeText(requestId ?? '').then(
      () => said && (said.textContent = text.copied),
      () => undefined,
    )
  }
}
