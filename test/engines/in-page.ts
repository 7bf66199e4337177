/** What the drivers run inside pages; it stands alone, for its text is what travels. */

/** Finds an element that is to be seen, through open shadow roots. */
export function findInPage(css: string, text: string): Element | null {
  const fits = (element: Element): boolean => {
    if (!element.matches(css) || element.getClientRects().length === 0) return false
    const words = element.getAttribute('aria-label') ?? element.textContent ?? ''
    return words.trim().startsWith(text)
  }
  const search = (root: ParentNode): Element | null => {
    for (const element of root.querySelectorAll('*')) {
      if (fits(element)) return element
      const inside = element.shadowRoot && search(element.shadowRoot)
      if (inside) return inside
    }
    return null
  }
  return search(document)
}

/** The text of an element: a function's own text, which calls the one above. */
export const textInPage = `(css, text) => {
  const found = (${String(findInPage)})(css, text)
  return found && (found.textContent ?? '').trim()
}`
