/** The live log of the element's events, and of what the browser complains about. */

import { eventNames } from '../../src/element/event-names.ts'
import { parse } from '../../src/protocol/parse.ts'
import { list as listOf, object, text } from '../../src/protocol/schema.ts'

export interface Line {
  /** Seconds since the page began to load. */
  readonly at: string
  readonly name: string
  /** The event's fields; there is never a credential among them. */
  readonly more: string
}

/** A tab that is left for a service and comes back keeps its log. */
const key = 'demo:log'
const words = text({ maxLength: 10_000 })
const kept = listOf(object({ at: words, name: words, more: words }))

const lines: Line[] = []
/** The log so far. */
export const logged: readonly Line[] = lines

/** Writes a line for each event; events bubble, so one listener hears all elements. */
export function logEvents(list: HTMLElement, onLine: (line: Line) => void): void {
  const toEnd = () => {
    list.scrollTop = list.scrollHeight
  }
  const add = (line: Line) => {
    lines.push(line)
    list.append(show(line))
    toEnd()
  }
  const write = (name: string, more: string) => {
    const line = { at: (performance.now() / 1_000).toFixed(1), name, more }
    add(line)
    keep()
    onLine(line)
  }
  // The card beside it is drawn after its event, and the log becomes as high as that.
  new ResizeObserver(toEnd).observe(list)
  for (const line of linesBefore()) add(line)
  if (lines.length > 0) write('page loaded', '')
  for (const name of eventNames)
    document.addEventListener(name, (event) => write(name.replace('connector-auth-', ''), fields(event)))
  document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
    write('policy violation', `${effectiveDirective} ${blockedURI}`),
  )
  addEventListener('error', ({ message }) => write('page error', message))
  addEventListener('unhandledrejection', ({ reason }) => write('page error', String(reason)))
}

/** Empties the log. */
export function clearLog(list: HTMLElement): void {
  lines.length = 0
  list.replaceChildren()
  keep()
}

/** In a frame of another site the browser may refuse all storage: then the log is this page's. */
function keep(): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(lines.slice(-200)))
  } catch {
    // Not kept, that is all.
  }
}

function linesBefore(): readonly Line[] {
  try {
    return parse(kept, JSON.parse(sessionStorage.getItem(key) ?? '[]'))
  } catch {
    return []
  }
}

function show({ at, name, more }: Line): HTMLElement {
  const line = document.createElement('li')
  line.dataset['event'] = name
  for (const [tag, text] of [
    ['time', `${at} s`],
    ['b', name],
    ['span', more.replace(/(=as_\w{6})\w+/, '$1…')],
  ] as const) {
    const part = document.createElement(tag)
    part.textContent = text
    line.append(part)
  }
  return line
}

function fields(event: Event): string {
  const own = Object.entries(event).filter(
    ([name, value]) => name !== 'isTrusted' && value !== undefined && value !== '',
  )
  return own
    .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(' ')
}
