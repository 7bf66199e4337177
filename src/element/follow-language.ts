/** Notices when the language of an element's place changes, and says which language and direction its own words have. */

import type { Translation } from './languages/translation.ts'

export { loadWords } from './load-words.ts'

type Host = HTMLElement & {
  readonly renderRoot: ParentNode
  readonly text: unknown
  requestUpdate(): void
}

/** What is known of an element's language. */
interface Spoken {
  /** The place's language, a BCP 47 tag; empty where the page says nothing. */
  readonly place: string
  /** The language that is spoken; another than the place's while that one's words are on their way. */
  readonly tag: string
  /** The words of that language; null where English stands in for it. */
  readonly words: Translation | null | undefined
  /** Whether the host brought words of its own. */
  readonly own: boolean
}

/** Updates the element when `lang` or `dir` of anything around it changes, and at once: it may have changed meanwhile.
 *
 * @returns Ends it.
 */
export function followLanguage(element: Host): () => void {
  const update = () => element.requestUpdate()
  const observer = new MutationObserver(update)
  update()
  for (let at: Element | undefined = element; at; ) {
    const root: Node = at.getRootNode()
    observer.observe(root, { attributeFilter: ['lang', 'dir'], subtree: true })
    at = root instanceof ShadowRoot ? root.host : undefined
  }
  return () => observer.disconnect()
}

/** Marks what the element shows with its language and direction, where the place around it has others (WCAG 3.1.2). */
export function markLanguage(element: Host, { place, tag, words }: Omit<Spoken, 'own'>): void {
  const spoken = { place, tag, words, own: !!element.text }
  const lang = standsIn(spoken) ? 'en' : tag === place ? null : tag || 'en'
  const dir = directionOf(element, spoken)
  for (const child of element.renderRoot.children) {
    set(child, 'lang', lang)
    set(child, 'dir', dir)
  }
}

/** Whether English is shown in a page of another language. */
function standsIn({ tag, words, own }: Spoken): boolean {
  return !words && !own && tag !== '' && !/^en\b/i.test(tag)
}

function directionOf(element: HTMLElement, spoken: Spoken): 'ltr' | 'rtl' | null {
  // Of words that the host brought, only the host knows; it said so around the element.
  if (!spoken.tag || (spoken.own && !spoken.words)) return null
  // Not `:dir()`: Chromium 156 does not follow a change around a shadow root whose child lost its own `dir`.
  const around = getComputedStyle(element).direction
  const wanted = spoken.words && /^ar\b/i.test(spoken.tag) ? 'rtl' : 'ltr'
  if (wanted === around) return null
  // A direction said together with the language, or nearer, is meant: a page that tries out how it looks from right to left.
  if (wanted === 'ltr' && !standsIn(spoken) && isSaidWithLanguage(element)) return null
  return wanted
}

function isSaidWithLanguage(element: Element): boolean {
  const holder = element.closest('[lang], [dir]')
  if (holder) return holder.hasAttribute('dir')
  const root = element.getRootNode()
  return root instanceof ShadowRoot && isSaidWithLanguage(root.host)
}

function set(element: Element, name: string, value: string | null): void {
  if (element.getAttribute(name) === value) return
  if (value === null) element.removeAttribute(name)
  else element.setAttribute(name, value)
}
