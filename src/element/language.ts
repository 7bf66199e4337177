/** Which language an element speaks, and when its words are there. */

import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type * as follow from './follow-language.ts'
import type { Translation } from './languages/translation.ts'

type Host = ReactiveControllerHost & HTMLElement & { readonly renderRoot: ParentNode; readonly text: unknown }

/** How long nothing is said while the words are on their way; then it is said in English. */
const PATIENCE_MILLISECONDS = 1_000

/** By language, for all elements of the page: null where English stands in for what is slow, undefined while they are on
 * their way; absent where they could not be had. */
const words: Record<string, Translation | null | undefined> = {}
const hosts = new Set<Host>()
let following: typeof follow | undefined

/** Follows the `lang` of an element's place. */
export class LanguageController implements ReactiveController {
  /** The place's language, a BCP 47 tag as the page has it; empty where the page says nothing. */
  place = ''
  /** The language that is spoken: the place's, or while its words are on their way, the one that was spoken before. */
  tag = ''
  /** The words of that language: null for English, undefined while nothing can be said. */
  words: Translation | null | undefined

  readonly #host: Host
  /** Whether anything was said yet. */
  #spoken = false
  #end: (() => void) | undefined

  constructor(host: Host) {
    this.#host = host
    host.addController(this)
  }

  hostConnected(): void {
    const host = this.#host
    hosts.add(host)
    void import('./follow-language.ts').then((loaded) => {
      following = loaded
      if (hosts.has(host)) this.#end ??= loaded.followLanguage(host)
    }, ignore)
  }

  hostDisconnected(): void {
    hosts.delete(this.#host)
    this.#end?.()
    this.#end = undefined
  }

  hostUpdate(): void {
    const place = languageOf(this.#host)
    // `de-AT` is answered in `de`.
    const code = /^(ar|de|es|fr|ja)\b/i.exec(place)?.[0].toLowerCase() ?? ''
    // What could not be had is asked for again when the language is said anew.
    if (code && place !== this.place && !(code in words)) fetchWords(code)
    this.place = place
    const coming = code in words && !words[code]
    if (coming && this.#spoken) return
    this.tag = place
    this.words = code in words ? words[code] : null
    this.#spoken = this.words !== undefined
  }

  hostUpdated(): void {
    following?.markLanguage(this.#host, this)
  }
}

/** The language of an element's place, as HTML inherits it: across shadow roots too. */
function languageOf(element: Element): string {
  const holder = element.closest<HTMLElement>('[lang]')
  if (holder) return holder.lang
  const root = element.getRootNode()
  return root instanceof ShadowRoot ? languageOf(root.host) : ''
}

function fetchWords(code: string): void {
  const say = (text: Translation | null) => {
    if (code in words) words[code] ??= text
    for (const host of hosts) host.requestUpdate()
  }
  words[code] = undefined
  setTimeout(say, PATIENCE_MILLISECONDS, null)
  // Words come with what says their direction.
  import('./follow-language.ts')
    .then(({ loadWords }) => loadWords(code))
    .then(say, () => {
      delete words[code]
      say(null)
    })
}

/** Said where the rest could not be loaded. */
const ignore = () => undefined
