/** What of an element is seen, and what is lost: cut off, out of the window, or under something else. */

import type { ConnectorAuth } from '../../src/element/index.ts'

/** Everything the element shows that takes up room, in the cards inside it too. */
export function boxes(element: ConnectorAuth, selector = '*'): Element[] {
  // Behind an open dialog nothing can be used.
  const root = element.shadowRoot?.querySelector('dialog:modal') ?? element.shadowRoot
  return root ? within(root, selector) : []
}

/** What is only said, not shown, is one pixel wide. */
function within(root: ParentNode, selector: string): Element[] {
  const here = [...root.querySelectorAll(selector)].filter(
    (one) => one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().width > 1,
  )
  return [
    ...here,
    ...[...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot ? within(shadowRoot, selector) : [])),
  ]
}

/** What is cut off, sticks out of the card, or lies on something else. */
export function findLoss(element: ConnectorAuth): string[] {
  const lost: string[] = []
  const { scrollWidth, clientWidth } = document.documentElement
  if (scrollWidth > clientWidth) lost.push('the page scrolls sideways')
  const shown = boxes(element).filter((one) => !one.closest('[part=icon]'))
  for (const one of shown) {
    if (isCut(one)) lost.push(`cut off: ${one.outerHTML}`)
    const { left, right } = one.getBoundingClientRect()
    if (left < 0 || right > clientWidth + 0.5) lost.push(`sticks out: ${one.outerHTML}`)
  }
  const leaves = shown.filter((one) => one.matches('button, a, summary, input, select, p, b, small, li'))
  for (const [index, one] of leaves.entries())
    for (const other of leaves.slice(index + 1))
      if (!one.contains(other) && overlap(one, other)) lost.push(`${one.outerHTML} lies on ${other.outerHTML}`)
  return lost
}

function isCut(one: Element): boolean {
  if (one instanceof HTMLSelectElement) return isNarrow(one)
  if (one instanceof HTMLInputElement || getComputedStyle(one).display === 'inline') return false
  return one.scrollWidth > one.clientWidth + 1
}

/** Whether a choice is narrower than its words: a `<select>` tells no other way, its insides are the browser's. */
function isNarrow(select: HTMLSelectElement): boolean {
  const alone = document.createElement('select')
  alone.className = select.className
  alone.append(new Option(select.selectedOptions[0]?.text))
  select.after(alone)
  alone.style.cssText = 'position: absolute; flex: none; inline-size: max-content; max-inline-size: none'
  const needed = alone.getBoundingClientRect().width
  alone.remove()
  return select.getBoundingClientRect().width + 1 < needed
}

function overlap(one: Element, other: Element): boolean {
  const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()]
  return a.left + 1 < b.right && b.left + 1 < a.right && a.top + 1 < b.bottom && b.top + 1 < a.bottom
}
