/** The keys of the list: one stop for Tab, arrows from row to row, and a letter goes to the search. */

/** Moves the focus: listens at the rows, and at the search before them. */
export function moveFocus(event: KeyboardEvent): void {
  const { key, target } = event
  const root = target instanceof HTMLElement && !isShortcut(event) ? target.getRootNode() : null
  if (!(root instanceof ShadowRoot)) return
  const search = root.querySelector('input')
  const rows = [...root.querySelectorAll<HTMLElement>('li:not([hidden]) > button')]
  const at = rows.findIndex((row) => row === target)
  const next = target === search ? (key === 'ArrowDown' ? rows[0] : undefined) : nextOf(key, at, rows, search)
  if (next) event.preventDefault()
  // The letter itself comes after the focus.
  else if (at >= 0 && key.length === 1 && key !== ' ') search?.focus()
  next?.focus()
}

const isShortcut = ({ ctrlKey, metaKey, altKey }: KeyboardEvent) => ctrlKey || metaKey || altKey

function nextOf(
  key: string,
  at: number,
  rows: readonly HTMLElement[],
  search: HTMLElement | null,
): HTMLElement | null | undefined {
  if (at < 0) return undefined
  switch (key) {
    case 'ArrowDown':
      return rows[at + 1]
    case 'ArrowUp':
      return rows[at - 1] ?? search
    case 'PageDown':
      return rows[Math.min(at + page(rows[at]), rows.length - 1)]
    case 'PageUp':
      return rows[Math.max(at - page(rows[at]), 0)]
    case 'Home':
      return rows[0]
    case 'End':
      return rows.at(-1)
    case 'Escape':
      return search
    default:
      return undefined
  }
}

/** How many rows are seen at once, but for one, by which a reader finds the place again. */
function page(row: HTMLElement | undefined): number {
  const line = row?.closest('li')
  const seen = (line?.parentElement?.clientHeight ?? 0) / (line?.offsetHeight || 1)
  return Math.max(Math.floor(seen) - 1, 1)
}
