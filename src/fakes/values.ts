/** What a person of the fake would type, and what the fake hands out to be captured: right values for any record. */

import type { ConnectorRecord } from '../protocol/connector.ts'
import type { Input } from '../protocol/inputs.ts'
import { sample } from './sample.ts'
import type { Known } from './template.ts'

const field = (name: string, secret: boolean): Input => ({ name, label: name, secret })

/** The fields of a record's form: its own, or those that its method always has. */
export function inputsOf(record: ConnectorRecord): readonly Input[] {
  if (record.inputs) return record.inputs
  switch (record.method) {
    case 'api_key':
      return [field('apiKey', true)]
    case 'basic':
      return [field('username', false), field('password', true)]
    case 'bearer':
      return [field('token', true)]
    case 'client_credentials':
      return [field('clientId', false), field('clientSecret', true)]
    case 'oauth2':
    case 'two_step':
    case 'custom':
      return []
  }
}

/** Right values for a form, bare of prefix and suffix; an optional field is left empty, a hidden one is nobody's to fill. */
export function valuesFor(inputs: readonly Input[], given: Known = {}): Record<string, string> {
  const wanted = inputs.filter((one) => !(one.optional || one.hidden) || given[one.name] !== undefined)
  return Object.fromEntries(wanted.map((one) => [one.name, given[one.name] ?? valueFor(one)]))
}

/** The same values as a person types them who does not leave out what stands around the field. */
export function asTyped(inputs: readonly Input[], values: Known): Record<string, string> {
  const around = new Map(inputs.map(({ name, prefix = '', suffix = '' }) => [name, { prefix, suffix }]))
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const { prefix, suffix } = around.get(name) ?? { prefix: '', suffix: '' }
      return [name, `${prefix}${value}${suffix}`]
    }),
  )
}

/** What the templates see: what was typed, else the field's default, else nothing. */
export function knownInputs(inputs: readonly Input[], values: Known): Record<string, string> {
  return Object.fromEntries(inputs.map(({ name, default: fallback = '' }) => [name, values[name] ?? fallback]))
}

function valueFor(input: Input): string {
  const made = input.enum?.at(-1) ?? (input.pattern ? sample(input.pattern) : formatted(input))
  return made.slice(0, input.maxLength)
}

const formats: Readonly<Record<NonNullable<Input['format']>, string>> = {
  hostname: 'acme.fake.example',
  subdomain: 'acme',
  url: 'https://acme.fake.example/base',
  email: 'ana@fake.example',
  uuid: '1b4e28ba-2fa1-4d2b-883f-0016d3cca427',
}

function formatted({ format, name, secret }: Input): string {
  if (format) return formats[format]
  // Characters that every encoding writes differently, but each may stand in a header (RFC 9110 §5.5).
  return secret ? `fake-${name}:+/%20=&~?` : `fake-${name}+1`
}
