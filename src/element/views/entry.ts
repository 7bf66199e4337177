/** The person is asked for something: the form is loaded when it is needed, and the card waits behind it. */

import { html, nothing } from 'lit'
import { ref } from 'lit/directives/ref.js'
import { sentenceOf } from '../failure-text.ts'
import { count } from '../count.ts'
import { insert } from '../insert.ts'
import type { View } from '../view.ts'
import { type Acts, type Content, type Scene, button } from './card.ts'
import type * as form from './form.ts'
import { makeModal } from './modal.ts'

const kit = { html, nothing, ref, count, insert, makeModal, sentenceOf }

/** For all elements of the page. */
let loaded: typeof form | undefined
let state: 'absent' | 'loading' | 'failed' = 'absent'
/** The cards that wait for it. */
const waiting = new Set<() => void>()

/** What the card holds while something is typed or tried. */
export function entry(scene: Scene, view: Extract<View, { name: 'entering' | 'saving' }>): Content {
  const { text, acts } = scene
  const { fields } = view
  const cancel = button(text.cancel, acts.cancel)
  if (!fields) return { message: text.saving, actions: [cancel] }
  if (loaded) return { message: text[view.name], more: loaded.formDialog(kit, scene, view, fields), actions: [cancel] }
  if (state === 'failed') {
    const again = () => {
      state = 'absent'
      acts.refresh()
    }
    return { message: text.formFailed, actions: [button(text.retry, again, true), cancel] }
  }
  load(acts)
  return { message: text.loading, actions: [cancel] }
}

function load({ refresh }: Acts): void {
  waiting.add(refresh)
  if (state === 'loading') return
  state = 'loading'
  const settle = (next: typeof state) => {
    state = next
    for (const each of waiting) each()
    waiting.clear()
  }
  import('./form.ts').then(
    (module) => {
      loaded = module
      settle('absent')
    },
    () => settle('failed'),
  )
}
