/** Where the focus is in a card, and where it goes when the card changes. */

import type { Status } from '../view.ts'

type Host = HTMLElement & { readonly status: Status; readonly renderRoot: ParentNode }

/** What each card's attempt was begun with, where a connection stood: a button, by its name. */
const begun = new WeakMap<Host, string | null>()

/** What has the focus in here: of the card, or the host's own Connect. */
export function focusIn(host: Host): Element | null | undefined {
  const active = host.shadowRoot?.activeElement ?? host.querySelector('[slot=connect]:focus-within')
  const card = active?.closest('.connected, .idle')
  if (card) begun.set(host, card.matches('.idle') ? null : (active?.ariaLabel ?? null))
  return active
}

/** Gives the focus to what has come in the place of what had it.
 *
 * @param changed - Whether another state is shown.
 */
export function keepFocus(host: Host, changed: boolean): void {
  const active = focusIn(host)
  // An open dialog has the focus and keeps it; so does a card in here.
  if (active instanceof host.constructor || host.renderRoot.querySelector('dialog[open]')) return
  if (changed || !active?.checkVisibility()) host.focus()
}

/** Puts the focus on what goes on. */
export function focusCard(host: Host, options?: FocusOptions): void {
  // Not on Disconnect: a key pressed for what was there before must not end what has just begun.
  const next = host.status === 'connected' ? beganWith(host) : nextIn(host)
  ;(next ?? host.renderRoot.querySelector<HTMLElement>('b'))?.focus(options)
}

/** The button that began what has ended here, and not Disconnect. */
function beganWith(host: Host): HTMLElement | undefined {
  const ours = host.renderRoot.querySelectorAll<HTMLElement>('button[aria-label]:not([aria-haspopup])')
  return [...ours].find(({ ariaLabel }) => ariaLabel === begun.get(host))
}

/** A button of the host's stands in the place of ours; what it stands for is not rendered then. */
function nextIn(host: Host): HTMLElement | undefined {
  const own = host.querySelectorAll<HTMLElement>('[slot=connect]')
  const ours = host.renderRoot.querySelectorAll<HTMLElement>('button:enabled, a')
  return [...own, ...ours].find((one) => one.checkVisibility({ visibilityProperty: true }))
}
