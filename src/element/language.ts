/** Which language an element speaks, and when its words are there. */

import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { Translation } from './languages/translation.ts'

type Host = ReactiveControllerHost & HTMLElement & { readonly renderRoot: ParentNode; readonly text: unknown }
type Load = () => Promise<{ readonly text: Translation }>

/** How long nothing is said while the words are on their way; then it is said in English. */
const PATIENCE_MILLISECONDS = 1_000

// Each import is spelled out: bundlers and integrity lists find them so.
const languages = new Map<string, Load>([
  ['ar', () => import('./languages/ar.ts')],
  ['de', () => import('./languages/de.ts')],
  ['es', () => import('./languages/es.ts')],
  ['fr', () => import('./languages/fr.ts')],
  ['ja', () => import('./languages/ja.ts')],
])

/** For all elements of the page: null where English stands in. */
const words = new Map<string, Translation | null>()
const coming = new Map<string, Promise<unknown>>()
let following: Promise<typeof import('./follow-language.ts')> | undefined

/** Follows the `lang` of an element's place. */
export class LanguageController implements ReactiveController {
  /** The place's language, a BCP 47 tag as the page has it; empty where the page says nothing. */
  tag = ''

  readonly #host: Host
  #code = ''
  #follow: { readonly mark: () => void; readonly end: () => void } | undefined

  constructor(host: Host) {
    this.#host = host
    host.addController(this)
  }

  /** The language's words: null for English, undefined while they are on their way. */
  get words(): Translation | null | undefined {
    return languages.has(this.#code) ? words.get(this.#code) : null
  }

  hostConnected(): void {
    void startFollowing().then(({ followLanguage, markLanguage }) => {
      const host = this.#host
      if (!host.isConnected || this.#follow) return
      const update = () => host.requestUpdate()
      const mark = () => {
        const { tag, words } = this
        markLanguage(host, host.renderRoot, { tag, words, own: !!host.text })
      }
      this.#follow = { mark, end: followLanguage(host, update) }
      // The page may have changed its mind meanwhile.
      update()
    })
  }

  hostDisconnected(): void {
    this.#follow?.end()
    this.#follow = undefined
  }

  hostUpdate(): void {
    this.tag = languageOf(this.#host)
    // `de-AT` is answered in `de`.
    const code = this.tag.split('-')[0]?.toLowerCase() ?? ''
    if (code === this.#code) return
    this.#code = code
    const load = languages.get(code)
    if (load) fetchWords(code, load, () => this.#host.requestUpdate())
  }

  hostUpdated(): void {
    this.#follow?.mark()
  }
}

const startFollowing = () => (following ??= import('./follow-language.ts'))

/** The language of an element's place, as HTML inherits it: across shadow roots too. */
function languageOf(element: Element): string {
  const holder = element.closest<HTMLElement>('[lang]')
  if (holder) return holder.lang
  const root = element.getRootNode()
  return root instanceof ShadowRoot ? languageOf(root.host) : ''
}

function fetchWords(code: string, load: Load, tell: () => void): void {
  if (words.get(code)) return
  const standIn = () => {
    if (words.get(code)) return
    words.set(code, null)
    tell()
  }
  let loading = coming.get(code)
  if (!loading) coming.set(code, (loading = Promise.all([load(), startFollowing()]).then(([{ text }]) => words.set(code, text))))
  loading.then(tell, standIn)
  setTimeout(standIn, PATIENCE_MILLISECONDS)
}
