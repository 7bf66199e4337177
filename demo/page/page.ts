/** Finds the page's own parts. */

/** @throws {Error} where the page has none: a mistake of ours. */
export function byTestId(id: string): HTMLElement {
  const element = document.querySelector<HTMLElement>(`[data-testid="${id}"]`)
  if (!element) throw new Error(`the page has no ${id}`)
  return element
}
