/** What a form knows beside what stands in its inputs: faults, which secrets are shown, and its place in the page. */

import type { html } from 'lit'
import type { ref } from 'lit/directives/ref.js'
import type { Input, InputValues, Problem } from '../../client/index.ts'
import type { sentenceOf } from '../failure-text.ts'
import type { count } from '../count.ts'
import type { insert } from '../insert.ts'
import type { formText } from '../form-text.ts'
import type { CardText } from '../text.ts'
import type { Scene } from './card.ts'
import type { makeModal } from './modal.ts'

/** What the form takes from the card's part. It is handed over: a bundler makes a file of its own of what two parts share with
 * the first file, and first paint would wait for that one too. */
export interface Kit {
  readonly html: typeof html
  readonly nothing: symbol
  readonly ref: typeof ref
  readonly count: typeof count
  readonly insert: typeof insert
  readonly makeModal: typeof makeModal
  readonly sentenceOf: typeof sentenceOf
}

/** What the form is shown with. */
export interface FormScene extends Scene {
  readonly text: CardText & Readonly<typeof formText>
}

export interface FormState {
  readonly kit: Kit
  readonly fields: readonly Input[]
  /** What is wrong, by field name. */
  readonly faults: Map<string, string>
  /** The names of those that a refusal is about which names none. */
  readonly refused: Set<string>
  /** The names of secrets that are shown. */
  readonly shown: Set<string>
  /** Whether the person has tried to go on. */
  tried: boolean
  /** The refusal that is shown. */
  problem: Problem | undefined
  /** Takes the dialog when it is rendered, and lets it go. */
  readonly attach: (dialog: Element | undefined) => void
  /** What stands in the inputs; nothing for those that are empty. */
  read(): InputValues
  /** Puts the focus where something is wrong, or where a refused secret is typed again. */
  focusWrong(): void
}

type Typed = HTMLInputElement | HTMLSelectElement

/** Makes the state of a form that is about to be rendered. */
export function createForm(kit: Kit, fields: readonly Input[], styles: CSSStyleSheet): FormState {
  const faults = new Map<string, string>()
  let place: HTMLDialogElement | undefined
  let back: HTMLElement | undefined
  const inputs = (dialog = place) => [...(dialog?.querySelectorAll<Typed>('input, select') ?? [])]
  const end = (dialog: HTMLDialogElement | undefined) => {
    // What was typed does not outlive the form.
    for (const input of inputs(dialog)) input.value = ''
    // Of an element that is gone, the page may have moved the focus on.
    if (isIn(dialog) && document.activeElement !== document.body) return
    back?.focus()
  }
  return {
    kit,
    fields,
    faults,
    refused: new Set(),
    shown: new Set(),
    tried: false,
    problem: undefined,
    attach(dialog) {
      if (dialog instanceof HTMLDialogElement) {
        place = dialog
        // The template is not in the page yet.
        queueMicrotask(() => (back = open(dialog, kit, styles) ?? back))
        return
      }
      // The card moves the focus to its own button first.
      const left = place
      place = undefined
      // With an element that is moved the form comes back: in this call, or in one breath where a framework moves it.
      queueMicrotask(() => {
        if (isIn(left)) setTimeout(() => place ?? end(left))
        else end(left)
      })
    },
    read: () => Object.fromEntries(inputs().flatMap(({ name, value }) => (value.trim() ? [[name, value]] : []))),
    focusWrong() {
      const all = inputs()
      const secret = fields.findLast((field) => field.secret)?.name
      const wrong = all.find(({ name }) => faults.has(name)) ?? all.find(({ name }) => name === secret) ?? all[0]
      wrong?.focus()
      // What is pasted now takes its place.
      if (wrong instanceof HTMLInputElement) wrong.select()
    },
  }
}

/** Whether it still stands in its card, whether or not that is in the page. */
const isIn = (dialog: HTMLDialogElement | undefined) => dialog?.getRootNode() instanceof ShadowRoot

/** Opens the dialog; gives what had the focus outside of the card, to which it goes back. */
function open(dialog: HTMLDialogElement, { makeModal }: Kit, styles: CSSStyleSheet): HTMLElement | undefined {
  const root = dialog.getRootNode()
  if (!dialog.isConnected || dialog.matches(':modal') || !(root instanceof ShadowRoot)) return undefined
  if (!root.adoptedStyleSheets.includes(styles)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, styles]
  const before = root.activeElement ? undefined : document.activeElement
  makeModal(dialog)
  dialog.querySelector<Typed>('input, select')?.focus()
  return before instanceof HTMLElement && before !== document.body ? before : undefined
}
