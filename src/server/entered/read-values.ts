/** Checks what a person typed against the connector's form. */

import { InvalidRequestError } from '../../protocol/errors.ts'
import type { Input, InputValues } from '../../protocol/inputs.ts'
import type { Values } from '../template.ts'

/** What a format allows; none can backtrack. */
const formats: Readonly<Record<NonNullable<Input['format']>, string>> = {
  subdomain: '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?',
  hostname:
    '(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*',
  url: 'https://[^\\s\\\\@]+',
  email: '[^\\s@]+@[^\\s@]+',
  uuid: '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}',
}

/**
 * Reads the values of a form; spaces around a value, and a prefix or suffix that was typed too, are taken off.
 *
 * @returns A value for every field that has one; '' is none.
 * @throws {InvalidRequestError} `invalid_input` that names the field, never its value.
 */
export function readValues(inputs: readonly Input[], typed: InputValues): Values {
  const known = new Set(inputs.map(({ name }) => name))
  const foreign = Object.keys(typed).find((name) => !known.has(name))
  if (foreign !== undefined) throw wrong(foreign.slice(0, 64), 'is not a field of this connector')
  const values: [string, string][] = []
  for (const input of inputs) {
    const value = readValue(input, Object.hasOwn(typed, input.name) ? (typed[input.name] ?? '') : '')
    if (value !== '') values.push([input.name, value])
    else if (!input.optional) throw wrong(input.name, 'is missing')
  }
  return Object.fromEntries(values)
}

function readValue(input: Input, typed: string): string {
  if (input.hidden) return input.default ?? ''
  const value = stripped(input, typed.trim()) || (input.default ?? '')
  if (value === '') return ''
  const why = faultOf(input, value)
  if (why) throw wrong(input.name, why)
  return value
}

function faultOf(input: Input, value: string): string | undefined {
  const limit = input.maxLength ?? (input.secret ? 8_000 : 500)
  if (value.length > limit) return `is longer than ${limit} characters`
  // A control character in a header or log line is an attack or a paste that went wrong.
  if (/\p{Cc}|\p{Cs}/u.test(value)) return 'has a character that cannot be part of it'
  if (input.enum && !input.enum.includes(value)) return `must be one of ${input.enum.join(', ')}`
  if (input.format && !whole(formats[input.format], value)) return `is not a ${input.format}`
  if (input.pattern !== undefined && !whole(input.pattern, value)) return 'has not the right form'
  return undefined
}

function stripped({ prefix = '', suffix = '' }: Input, value: string): string {
  const start = prefix !== '' && value.toLowerCase().startsWith(prefix.toLowerCase()) ? prefix.length : 0
  const tail = value.slice(start).replace(suffix === '' ? '' : /\/+$/, '')
  const ends = suffix !== '' && tail.toLowerCase().endsWith(suffix.toLowerCase())
  return ends ? tail.slice(0, -suffix.length) : start > 0 || suffix !== '' ? tail : value
}

const whole = (pattern: string, value: string) => new RegExp(`^(?:${pattern})$`, 'u').test(value)

function wrong(field: string, why: string): InvalidRequestError {
  return new InvalidRequestError('invalid_input', `${field}: ${why}.`)
}
