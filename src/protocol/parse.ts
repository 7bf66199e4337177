/** Turns an unknown value into a typed one, or says where it does not fit. */

import type { JsonSchema, Schema } from './schema.ts'

/** Says which part of a foreign value does not fit its schema; never carries the value itself. */
export class SchemaError extends Error {
  /** Where, as a path such as `scopes[2]`; empty for the whole value. */
  readonly path: string
  readonly problem: string

  constructor(path: string, problem: string) {
    super(path ? `${path}: ${problem}` : problem)
    this.name = 'SchemaError'
    this.path = path
    this.problem = problem
  }
}

/** What to do with object fields that the schema does not name: a server refuses them, a client drops them. */
export type UnknownFields = 'refuse' | 'drop'

/**
 * Copies the known fields of a foreign value into a new one.
 *
 * Nothing of the foreign object is kept, so an own `__proto__` key that survived `JSON.parse` ends here.
 *
 * @throws {SchemaError} where the value does not fit.
 */
export function parse<T>(schema: Schema<T>, value: unknown, unknown: UnknownFields = 'refuse'): T {
  return read(schema, value, '', unknown) as T
}

function read(schema: JsonSchema, value: unknown, path: string, unknown: UnknownFields): unknown {
  if (schema.anyOf) return readAny(schema.anyOf, value, path, unknown)
  if (schema.enum) return readEnum(schema.enum, value, path)
  switch (schema.type) {
    case 'string':
      return readText(schema, value, path)
    case 'integer':
      return readWhole(schema, value, path)
    case 'array':
      return readList(schema, value, path, unknown)
    case 'object':
      return readObject(schema, value, path, unknown)
    case 'boolean':
    case 'null':
      return (value === null ? 'null' : typeof value) === schema.type ? value : fail(path, `must be a ${schema.type}`)
    case undefined:
      return value
  }
}

function readEnum(names: readonly string[], value: unknown, path: string): unknown {
  return names.some((name) => name === value) ? value : fail(path, `must be one of ${names.join(', ')}`)
}

function readAny(schemas: readonly JsonSchema[], value: unknown, path: string, unknown: UnknownFields): unknown {
  let last: unknown
  for (const schema of schemas) {
    try {
      return read(schema, value, path, unknown)
    } catch (error) {
      // A value that is of the right kind but wrong inside says more than the alternatives after it.
      last = last instanceof SchemaError && last.path.length > path.length ? last : error
    }
  }
  throw last
}

function readText(schema: JsonSchema, value: unknown, path: string): string {
  if (typeof value !== 'string') return fail(path, 'must be a string')
  if (value.length < (schema.minLength ?? 0)) return fail(path, 'is too short')
  // Length first: a pattern must never see an unbounded string.
  if (value.length > (schema.maxLength ?? Infinity)) return fail(path, `is longer than ${schema.maxLength} characters`)
  return !schema.pattern || new RegExp(schema.pattern, 'u').test(value)
    ? value
    : fail(path, `must match ${schema.pattern}`)
}

function readWhole(schema: JsonSchema, value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return fail(path, 'must be a whole number')
  const inRange = value >= (schema.minimum ?? -Infinity) && value <= (schema.maximum ?? Infinity)
  return inRange ? value : fail(path, 'is out of range')
}

function readList(schema: JsonSchema, value: unknown, path: string, unknown: UnknownFields): unknown[] {
  if (!Array.isArray(value)) return fail(path, 'must be a list')
  if (value.length > (schema.maxItems ?? Infinity)) return fail(path, `has more than ${schema.maxItems} items`)
  return value.map((item, index) => read(schema.items ?? {}, item, `${path}[${index}]`, unknown))
}

function readObject(schema: JsonSchema, value: unknown, path: string, unknown: UnknownFields): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail(path, 'must be an object')
  const at = (name: string) => (path ? `${path}.${name}` : name)
  // A field that is undefined is a field that is not there, as in JSON.
  const source = new Map<string, unknown>(Object.entries(value).filter(([, field]) => field !== undefined))
  for (const name of schema.required ?? []) if (!source.has(name)) fail(at(name), 'is missing')
  const copy: [string, unknown][] = []
  for (const [name, field] of source) {
    const known = fieldSchema(schema, name)
    if (known) copy.push([name, read(known, field, at(name), unknown)])
    else if (unknown === 'refuse') fail(at(name), 'is not a known field')
  }
  return Object.fromEntries(copy)
}

function fieldSchema({ properties = {}, additionalProperties }: JsonSchema, name: string): JsonSchema | undefined {
  if (Object.hasOwn(properties, name)) return properties[name]
  return typeof additionalProperties === 'object' && name !== '__proto__' ? additionalProperties : undefined
}

function fail(path: string, problem: string): never {
  throw new SchemaError(path, problem)
}
