/** The live log of the element's events. */

const names = [
  'ready',
  'open',
  'popup-opened',
  'popup-blocked',
  'popup-maybe-closed',
  'returned',
  'connected',
  'denied',
  'cancelled',
  'expired',
  'failed',
  'status-change',
  'token-refreshed',
  'needs-reconnect',
  'disconnected',
  'storage-degraded',
]

/** Writes a line for each event; events bubble, so one listener hears all elements. */
export function logEvents(list: HTMLElement, clear: HTMLElement): void {
  for (const name of names) {
    document.addEventListener(`connector-auth-${name}`, (event) => {
      const line = document.createElement('li')
      const title = document.createElement('b')
      const more = document.createElement('span')
      title.textContent = name
      more.textContent = ` ${fields(event)}`
      line.append(title, more)
      list.append(line)
      list.scrollTop = list.scrollHeight
    })
  }
  clear.addEventListener('click', () => list.replaceChildren())
}

function fields(event: Event): string {
  const own = Object.entries(event).filter(
    ([name, value]) => name !== 'isTrusted' && value !== undefined && value !== '',
  )
  return own
    .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(' ')
}
