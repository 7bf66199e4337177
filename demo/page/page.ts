/** Finds the page's own parts. */

/** @throws {Error} where the page has none of this kind: a mistake of ours. */
export function byTestId(id: string): HTMLElement
export function byTestId<T extends HTMLElement>(id: string, kind: new () => T): T
export function byTestId(id: string, kind: new () => HTMLElement = HTMLElement): HTMLElement {
  const element = document.querySelector(`[data-testid="${id}"]`)
  if (element instanceof kind) return element
  throw new Error(`the page has no ${id}`)
}
