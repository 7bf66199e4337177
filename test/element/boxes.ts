/** What of an element is seen, and what is lost: cut off, out of the window, or under something else. */

import type { ConnectorAuth } from '../../src/element/index.ts'

/** Everything the element shows that takes up room. */
export function boxes(element: ConnectorAuth, selector = '*'): Element[] {
  // What lies behind a modal dialog is out of reach.
  const root = element.shadowRoot?.querySelector('dialog:modal') ?? element.shadowRoot
  return [...(root?.querySelectorAll(selector) ?? [])].filter(
    (one) => one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().width > 0,
  )
}

/** What is cut off, sticks out of the card, or lies on something else. */
export function findLoss(element: ConnectorAuth): string[] {
  const lost: string[] = []
  const { scrollWidth, clientWidth } = document.documentElement
  if (scrollWidth > clientWidth) lost.push('the page scrolls sideways')
  const shown = boxes(element).filter((one) => !one.closest('[part=icon]'))
  for (const one of shown) {
    const isField = one instanceof HTMLInputElement
    const isInline = getComputedStyle(one).display === 'inline'
    if (!isField && !isInline && one.scrollWidth > one.clientWidth + 1) lost.push(`cut off: ${one.outerHTML}`)
    const { left, right } = one.getBoundingClientRect()
    if (left < 0 || right > clientWidth + 0.5) lost.push(`sticks out: ${one.outerHTML}`)
  }
  const leaves = shown.filter((one) => one.matches('button, a, summary, input, p, b, small, li'))
  for (const [index, one] of leaves.entries())
    for (const other of leaves.slice(index + 1))
      if (!one.contains(other) && overlap(one, other)) lost.push(`${one.outerHTML} lies on ${other.outerHTML}`)
  return lost
}

function overlap(one: Element, other: Element): boolean {
  const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()]
  return a.left + 1 < b.right && b.left + 1 < a.right && a.top + 1 < b.bottom && b.top + 1 < a.bottom
}
