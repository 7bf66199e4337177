/**
 * Reads a foreign value by its schema and says only whether it fits: for browsers, where every word of
 * `parse`'s explanations is bytes. A test holds that both accept the same values and copy them alike.
 */

import type { JsonSchema, Schema } from './schema.ts'

/** Copies the known fields of a foreign value; what the schema does not name is dropped.
 *
 * @throws {TypeError} where the value does not fit.
 */
export function fit<T>(schema: Schema<T>, value: unknown): T {
  return copy(schema, value) as T
}

function copy(schema: JsonSchema, value: unknown): unknown {
  const { anyOf = [], items = {}, properties = {}, additionalProperties, required = [] } = schema
  for (const one of anyOf) {
    try {
      return copy(one, value)
    } catch {
      // Another may fit.
    }
  }
  if (anyOf[0] || !isOfType(schema, value)) throw new TypeError()
  if (Array.isArray(value)) return value.map((item) => copy(items, item))
  if (schema.type !== 'object') return value
  const fields = Object.entries(value as object).filter(([, field]) => field !== undefined)
  if (required.some((name) => !fields.some(([one]) => one === name))) throw new TypeError()
  return Object.fromEntries(
    fields.flatMap(([name, field]) => {
      const known = Object.hasOwn(properties, name) ? properties[name] : name !== '__proto__' && additionalProperties
      return known && known !== true ? [[name, copy(known, field)]] : []
    }),
  )
}

function isOfType(schema: JsonSchema, value: unknown): boolean {
  if (schema.enum) return schema.enum.some((one) => one === value)
  return !schema.type || checks[schema.type](schema, value)
}

type Check = (schema: JsonSchema, value: unknown) => boolean

const checks: Readonly<Record<NonNullable<JsonSchema['type']>, Check>> = {
  string: ({ minLength = 0, maxLength = Infinity, pattern = '' }, value) =>
    typeof value === 'string' &&
    value.length >= minLength &&
    // Length first: a pattern must never see an unbounded string.
    value.length <= maxLength &&
    new RegExp(pattern, 'u').test(value),
  integer: ({ minimum = -Infinity, maximum = Infinity }, value) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= minimum && value <= maximum,
  array: ({ maxItems = Infinity }, value) => Array.isArray(value) && value.length <= maxItems,
  object: (_, value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  boolean: (_, value) => typeof value === 'boolean',
  null: (_, value) => value === null,
}
