/** The way out of a browser that connects nothing: this page's address, for another one. */

import { type TemplateResult, html } from 'lit'
import type { Scene } from './card.ts'

/** Renders the page's own address, never the attempt's: whoever is sent that would finish another's attempt. */
export function copyLink({ text }: Scene): TemplateResult {
  return html`
    <p>${text.elsewhere}</p>
    <input part="link" readonly aria-label=${text.copyLink} .value=${location.href} />
    <button part="button" @click=${copy}>${text.copyLink}</button>
    <output></output>
  `

  function copy({ currentTarget }: Event): void {
    if (!(currentTarget instanceof HTMLElement)) return
    const [field, said] = [currentTarget.previousElementSibling, currentTarget.nextElementSibling]
    if (!(field instanceof HTMLInputElement) || !said) return
    field.select()
    // Browsers inside other apps often have no clipboard; what is selected can be copied by hand.
    const copying = navigator.clipboard?.writeText(field.value) ?? Promise.reject(new Error('no clipboard'))
    copying.then(
      () => (said.textContent = text.copied),
      () => undefined,
    )
  }
}
