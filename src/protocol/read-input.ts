/** Reads one value of a form: the same rules where a person types and where the backend checks. */

import type { Input } from './inputs.ts'

/** Why a value cannot be taken. `limit` in characters. */
export type InputFault =
  | { readonly why: 'missing' | 'not_allowed' | 'not_offered' | 'wrong_pattern' }
  | { readonly why: 'too_long'; readonly limit: number }
  | { readonly why: 'wrong_format'; readonly format: Format }

export type Format = NonNullable<Input['format']>

/** A value; '' is none. */
export type ReadInput = { readonly value: string; readonly fault?: undefined } | { readonly fault: InputFault }

/** What a format allows; none can backtrack. */
const formats: Readonly<Record<Format, string>> = {
  subdomain: '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?',
  hostname:
    '(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*',
  url: 'https://[^\\s\\\\@]+',
  email: '[^\\s@]+@[^\\s@]+',
  uuid: '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}',
}

/** Reads a value; spaces around it, and a prefix or suffix that was typed too, are taken off. */
export function readInput(input: Input, typed: string): ReadInput {
  if (input.hidden) return { value: input.default ?? '' }
  const value = stripped(input, typed.trim()) || (input.default ?? '')
  if (value === '') return input.optional ? { value } : { fault: { why: 'missing' } }
  const fault = faultOf(input, value)
  return fault ? { fault } : { value }
}

/** How many characters a value may have. */
const limitOf = ({ maxLength, secret }: Input): number => maxLength ?? (secret ? 8_000 : 500)

function faultOf(input: Input, value: string): InputFault | undefined {
  const limit = limitOf(input)
  // Length first: a pattern must never see an unbounded string.
  if (value.length > limit) return { why: 'too_long', limit }
  // A control character in a header or log line is an attack or a paste that went wrong.
  if (/\p{Cc}|\p{Cs}/u.test(value)) return { why: 'not_allowed' }
  if (input.enum && !input.enum.includes(value)) return { why: 'not_offered' }
  if (input.format && !whole(formats[input.format], value)) return { why: 'wrong_format', format: input.format }
  if (input.pattern !== undefined && !whole(input.pattern, value)) return { why: 'wrong_pattern' }
  return undefined
}

function stripped({ prefix = '', suffix = '' }: Input, value: string): string {
  const start = prefix !== '' && value.toLowerCase().startsWith(prefix.toLowerCase()) ? prefix.length : 0
  const tail = value.slice(start).replace(suffix === '' ? '' : /\/+$/, '')
  const ends = suffix !== '' && tail.toLowerCase().endsWith(suffix.toLowerCase())
  return ends ? tail.slice(0, -suffix.length) : start > 0 || suffix !== '' ? tail : value
}

const whole = (pattern: string, value: string) => new RegExp(`^(?:${pattern})$`, 'u').test(value)
