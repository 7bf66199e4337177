/** The form in which a person types what a connector asks for, in a modal dialog; its own part, loaded when it is needed. */

import type { TemplateResult } from 'lit'
import type { Input, Problem } from '../../client/index.ts'
import { formText } from '../form-text.ts'
import type { View } from '../view.ts'
import type { Scene } from './card.ts'
import { faultOf } from './form-check.ts'
import { field } from './form-field.ts'
import { type FormScene, type FormState, type Kit, createForm } from './form-state.ts'
import { formStyles } from './form-styles.ts'

/** One for each form, by the fields of its attempt; what is typed stands in the page's inputs alone. */
const states = new WeakMap<readonly Input[], FormState>()

/** Renders the dialog with the form. */
export function formDialog(
  kit: Kit,
  card: Scene,
  view: Extract<View, { name: 'entering' | 'saving' }>,
  fields: readonly Input[],
): TemplateResult {
  const scene: FormScene = { ...card, text: { ...formText, ...card.text } }
  const { text, acts, name } = scene
  const { html, nothing, ref, insert } = kit
  const form = stateOf(kit, fields)
  const saving = view.name === 'saving'
  const problem = view.name === 'entering' ? view.problem : undefined
  takeProblem(form, problem, scene)
  const alert = form.faults.size ? text.checkFields : problem && wordsOf(problem, scene, kit)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const values = form.read()
    check(form, scene)
    form.shown.clear()
    form.tried = true
    acts.refresh()
    if (form.faults.size) queueMicrotask(() => form.focusWrong())
    else acts.enter(values)
  }
  const leave = (event: Event) => {
    // The dialog goes with the attempt.
    event.preventDefault()
    acts.cancel()
  }
  return html`
    <dialog class="entry" part="dialog" aria-labelledby="form-title" @cancel=${leave} @close=${acts.cancel} ${ref(form.attach)}>
      <form part="form" novalidate aria-busy=${saving} @submit=${submit}>
        <h2 id="form-title" part="dialog-title">${insert(text.connectLabel, name)}</h2>
        <div id="form-problem" class="problem" part="problem" role="alert">${alert ?? nothing}</div>
        ${fields.map((input) => field({ input, form, scene, saving, recheck: () => recheck(form, scene, input) }))}
        <div class="ends">
          <button type="button" part="button" @click=${acts.cancel}>${text.cancel}</button>
          <button class="main" part="button main" aria-disabled=${saving}>${saving ? text.saving : text.submit}</button>
        </div>
      </form>
    </dialog>
  `
}

function stateOf(kit: Kit, fields: readonly Input[]): FormState {
  const form = states.get(fields) ?? createForm(kit, fields, formStyles)
  states.set(fields, form)
  return form
}

/** A refusal is shown where it belongs, once. */
function takeProblem(form: FormState, problem: Problem | undefined, { text }: FormScene): void {
  if (form.problem === problem) return
  form.problem = problem
  form.refused.clear()
  if (!problem) return
  if (problem.field)
    form.faults.set(problem.field, text[problem.reason] ?? text[form.kit.sentenceOf(problem.reason)] ?? problem.message)
  else if (/^(credentials_rej|account_mis)/.test(problem.reason))
    for (const { name, secret } of form.fields) if (secret) form.refused.add(name)
  queueMicrotask(() => form.focusWrong())
}

/** The service's own words say most; in another language than theirs, a general sentence stands before them. */
function wordsOf({ reason, message }: Problem, { text }: FormScene, { insert, sentenceOf }: Kit): string {
  const general = text[reason] ?? text[sentenceOf(reason)]
  if (reason === 'credentials_rejected' && general) return insert(`${general} ({message})`, message)
  return general ?? (reason === 'backend_unreachable' ? text.unreachable : message)
}

function check(form: FormState, scene: FormScene): void {
  form.faults.clear()
  const values = form.read()
  for (const input of form.fields) {
    const fault = faultOf(input, values[input.name] ?? '', scene, form.kit)
    if (fault) form.faults.set(input.name, fault)
  }
}

/** While it is mended, a fault goes as soon as it may; a new one waits until the field is left. */
function recheck(form: FormState, scene: FormScene, input: Input): void {
  form.refused.clear()
  const value = form.read()[input.name] ?? ''
  const fault = faultOf(input, value, scene, form.kit)
  // Nobody is told that they have not typed yet.
  if (fault && (form.tried || value !== '')) form.faults.set(input.name, fault)
  else form.faults.delete(input.name)
  scene.acts.refresh()
}
