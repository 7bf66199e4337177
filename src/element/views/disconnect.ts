/** The way out of a connection: a button, and a question in a native dialog. */

import { type TemplateResult, html } from 'lit'
import { ref } from 'lit/directives/ref.js'
import { insert } from '../insert.ts'
import { type Scene, guarded } from './card.ts'
import { makeModal } from './modal.ts'

/** Renders the button and the dialog that it opens; the browser gives the focus back when the dialog closes. */
export function disconnectButton({ text, acts, name, label }: Scene, account = name): TemplateResult {
  return html`
    <button part="button" aria-haspopup="dialog" aria-label=${insert(text.disconnectLabel, label)} @click=${open}>
      ${text.disconnect}
    </button>
    <dialog class="ask" part="dialog" aria-labelledby="question" aria-describedby="warning" closedby="any" ${ref(stay)}>
      <b id="question" part="title"></b>
      <p id="warning">${text.disconnectWarning}</p>
      <div part="actions">
        <form method="dialog"><button part="button">${text.cancel}</button></form>
        <button class="main" part="button main" @click=${guarded(acts.disconnect)}>${text.disconnect}</button>
      </div>
    </dialog>
  `

  function open(event: MouseEvent): void {
    const { currentTarget } = event
    const dialog = currentTarget instanceof HTMLElement ? currentTarget.nextElementSibling : null
    if (event.detail > 1 || !(dialog instanceof HTMLDialogElement)) return
    // Only now: what nobody sees yet must not be found on the page twice.
    const question = dialog.querySelector('b')
    if (question) question.textContent = insert(text.disconnectTitle, label === name ? account : label)
    makeModal(dialog)
  }
}

/** The element may be moved while the question is open. */
function stay(dialog: Element | undefined): void {
  if (!(dialog instanceof HTMLDialogElement) || !dialog.open) return
  const { previousElementSibling: button } = dialog
  // The browser gives the focus back to what has it now.
  if (button instanceof HTMLElement) button.focus()
  makeModal(dialog)
}
