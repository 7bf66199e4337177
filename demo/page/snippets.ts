/** The few lines that one can copy; the build takes them from the README, where they are tested. */

import { copy } from './report.ts'

/** Lets the buttons copy the code block that they name. */
export function offerSnippets(): void {
  for (const button of document.querySelectorAll<HTMLElement>('[data-copy]')) {
    const block = document.querySelector(`[data-snippet="${button.dataset['copy']}"]`)
    if (block)
      button.addEventListener(
        'click',
        () => void copy(block.textContent.trim(), button, () => getSelection()?.selectAllChildren(block)),
      )
  }
}
