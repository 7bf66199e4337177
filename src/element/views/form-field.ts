/** One field: its label, what is typed into, what stands around it, its help and its fault. */

import type { TemplateResult } from 'lit'
import type { Input } from '../../client/index.ts'
import type { FormScene, FormState, Kit } from './form-state.ts'

export interface FieldOptions {
  readonly input: Input
  readonly form: FormState
  readonly scene: FormScene
  readonly saving: boolean
  /** Looks at the value again. */
  readonly recheck: () => void
}

/** Renders a field. */
export function field(options: FieldOptions): TemplateResult {
  const { input, form, scene } = options
  const { html, nothing } = form.kit
  const { name, label, help, optional, prefix, suffix, secret } = input
  const fault = form.faults.get(name)
  const id = (part: string) => `${name}-${part}`
  // What stands around a part of an address makes it whole, from left to right in every language; a key ends at its button.
  const direction = prefix || suffix || secret ? 'ltr' : nothing
  return html`
    <div class="field" part="field">
      <label part="label" for=${id('input')}><bdi>${label}</bdi> ${optional ? html`<small>${scene.text.optional}</small>` : nothing}</label>
      <span class="row" dir=${direction}>
        ${prefix ? html`<span id=${id('prefix')} part="affix">${prefix}</span>` : nothing}
        ${input.enum ? choice(options) : line(options)}
        ${suffix ? html`<span id=${id('suffix')} part="affix">${suffix}</span>` : nothing}
        ${secret ? reveal(options) : nothing}
      </span>
      ${help ? html`<p id=${id('help')} part="help"><bdi>${help}</bdi></p>` : nothing}
      ${fault ? html`<p id=${id('fault')} part="field-fault">${fault}</p>` : nothing}
    </div>
  `
}

/** What a screen reader says after the label. */
function described({ input: { name, prefix, suffix, help }, form }: FieldOptions) {
  const parts = { prefix, suffix, help, fault: form.faults.get(name) }
  const ids = Object.entries(parts).flatMap(([part, there]) => (there ? [`${name}-${part}`] : []))
  if (form.refused.has(name)) ids.push('form-problem')
  return ids.length ? ids.join(' ') : form.kit.nothing
}

function choice(options: FieldOptions): TemplateResult {
  const { input, form, scene, recheck } = options
  const { html, nothing } = form.kit
  const { name, enum: values = [], labels = {}, optional, default: usual = '' } = input
  return html`
    <select
      id="${name}-input"
      part="input"
      name=${name}
      ?required=${!optional}
      aria-invalid=${form.faults.has(name)}
      aria-describedby=${described(options)}
      @change=${recheck}
    >
      ${usual ? nothing : html`<option value="">${scene.text.choose}</option>`}
      ${values.map((value) => html`<option value=${value} ?selected=${value === usual}>${labels[value] ?? value}</option>`)}
    </select>
  `
}

/** Whether something is wrong with it, as far as anyone knows. */
const isWrong = ({ input: { name }, form }: FieldOptions) => form.faults.has(name) || form.refused.has(name)

/** No `maxlength`: it would cut what is pasted before spaces and a prefix are taken off, and say nothing. */
function line(options: FieldOptions): TemplateResult {
  const { input, form, saving, recheck } = options
  const { html, nothing } = form.kit
  const { name, placeholder, optional, default: usual = '', format, secret, pattern } = input
  const keyboard = format === 'url' || format === 'email' ? format : nothing
  const { type, masked, autocomplete, ignored } = kindOf(input, form.shown.has(name), nothing)
  // Keys and addresses read from left to right in every language; a name as it is.
  const direction = secret || pattern || format ? 'ltr' : 'auto'
  // Only what is marked already is looked at while it is typed.
  const typing = () => isWrong(options) && recheck()
  return html`
    <input
      id="${name}-input"
      part="input"
      name=${name}
      type=${type}
      class=${masked ? 'masked' : nothing}
      .value=${usual}
      placeholder=${placeholder ?? nothing}
      dir=${direction}
      autocomplete=${autocomplete}
      inputmode=${keyboard}
      autocapitalize="none"
      autocorrect="off"
      spellcheck="false"
      data-1p-ignore=${ignored}
      data-lpignore=${ignored}
      data-bwignore=${ignored}
      data-protonpass-ignore=${ignored}
      data-form-type=${ignored === nothing ? nothing : 'other'}
      ?required=${!optional}
      ?readonly=${saving}
      aria-invalid=${isWrong(options)}
      aria-describedby=${described(options)}
      @paste=${refuseLines(options)}
      @drop=${refuseLines(options)}
      @input=${typing}
      @change=${recheck}
    />
  `
}

/** A browser takes line breaks out of what it puts into one line, and a key that is made whole that way is another one.
 * Those at the ends mean nothing. */
function refuseLines({ input: { name }, form, scene }: FieldOptions) {
  return (event: Event) => {
    const taken =
      event instanceof ClipboardEvent ? event.clipboardData : event instanceof DragEvent && event.dataTransfer
    if (!taken || !/[\r\n]/.test(taken.getData('text/plain').trim())) return
    event.preventDefault()
    form.faults.set(name, scene.text.inputLines)
    scene.acts.refresh()
  }
}

/**
 * How a value is kept from view, and what password managers are told.
 *
 * A key is no password of the page that asks for it. Browsers offer the site's saved password for every `type=password` and
 * offer to save what is typed there, whatever `autocomplete` says; so a key is a line of text whose characters are hidden
 * by style. Where that style is missing, `new-password` at least keeps saved ones out.
 */
function kindOf({ secret, autocomplete = 'off' }: Input, shown: boolean, nothing: Kit['nothing']) {
  const own = autocomplete === 'off'
  const ignored = own ? 'true' : nothing
  if (!secret) return { type: 'text', masked: false, autocomplete, ignored }
  const type = shown ? 'text' : 'password'
  if (!own) return { type, masked: false, autocomplete, ignored }
  if (canMask()) return { type: 'text', masked: !shown, autocomplete, ignored }
  return { type, masked: false, autocomplete: 'new-password', ignored }
}

const canMask = () => CSS.supports('-webkit-text-security', 'disc')

function reveal({ input: { name, label }, form, scene }: FieldOptions): TemplateResult {
  const { html, insert } = form.kit
  const { text, acts } = scene
  const shown = form.shown.has(name)
  const toggle = () => {
    if (shown) form.shown.delete(name)
    else form.shown.add(name)
    acts.refresh()
  }
  const words = shown ? text.hide : text.show
  const said = insert(shown ? text.hideLabel : text.showLabel, label)
  return html`<button type="button" part="button" aria-label=${said} aria-controls="${name}-input" @click=${toggle}>${words}</button>`
}
