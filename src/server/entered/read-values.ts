/** Checks what a person typed against the connector's form. */

import { InvalidRequestError } from '../../protocol/errors.ts'
import type { Input, InputValues } from '../../protocol/inputs.ts'
import { type InputFault, readInput } from '../../protocol/read-input.ts'
import type { Values } from '../template.ts'

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
    const read = readInput(input, Object.hasOwn(typed, input.name) ? (typed[input.name] ?? '') : '')
    if (read.fault) throw wrong(input.name, wordsOf(read.fault, input))
    if (read.value !== '') values.push([input.name, read.value])
    else if (!input.optional) throw wrong(input.name, 'is missing')
  }
  return Object.fromEntries(values)
}

function wordsOf(fault: InputFault, input: Input): string {
  switch (fault.why) {
    case 'missing':
      return 'is missing'
    case 'too_long':
      return `is longer than ${fault.limit} characters`
    case 'not_allowed':
      return 'has a character that cannot be part of it'
    case 'not_offered':
      return `must be one of ${(input.enum ?? []).join(', ')}`
    case 'wrong_format':
      return `is not a ${fault.format}`
    case 'wrong_pattern':
      return 'has not the right form'
  }
}

function wrong(field: string, why: string): InvalidRequestError {
  return new InvalidRequestError('invalid_input', `${field}: ${why}.`)
}
