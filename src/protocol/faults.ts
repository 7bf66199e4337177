/** Lists everything that does not fit in a value: for configurations, which a person mends in one go. */

import { SchemaError, parse } from './parse.ts'
import type { JsonSchema } from './schema.ts'

/** Every fault as `path: problem`, in the order of the value; empty where it fits. */
export function findFaults(schema: JsonSchema, value: unknown, path = ''): string[] {
  if (schema.type === 'object' && typeof value === 'object' && value !== null && !Array.isArray(value))
    return faultsOfObject(schema, value, path)
  if (schema.type === 'array' && Array.isArray(value) && value.length <= (schema.maxItems ?? Infinity))
    return value.flatMap((item, index) => findFaults(schema.items ?? {}, item, `${path}[${index}]`))
  try {
    parse(schema, value)
    return []
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error
    return [`${[path, error.path].filter((part) => part !== '').join('.')}: ${error.problem}`]
  }
}

function faultsOfObject(schema: JsonSchema, value: object, path: string): string[] {
  const { properties = {}, required = [], additionalProperties } = schema
  const at = (name: string) => (path === '' ? name : `${path}.${name}`)
  const fields = new Map<string, unknown>(Object.entries(value).filter(([, field]) => field !== undefined))
  const missing = required.filter((name) => !fields.has(name)).map((name) => `${at(name)}: is missing`)
  const inside = [...fields].flatMap(([name, field]) => {
    const known = Object.hasOwn(properties, name) ? properties[name] : additionalProperties
    return typeof known === 'object' ? findFaults(known, field, at(name)) : [`${at(name)}: is not a known field`]
  })
  return [...missing, ...inside]
}
