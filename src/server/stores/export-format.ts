/** The file that a store is copied to: one JSON value a line, a head, the rows as they are, and an end with a checksum. */

import { type Schema, anything, object, oneOf, record, text, whole } from '../../protocol/schema.ts'

export const exportFormat = 'connector-auth store 1'

export const head = object({
  format: oneOf(exportFormat),
  /** The schema's version, which the importing program must have too. */
  schema: whole({ minimum: 1 }),
})

export const line = object({ table: text(), row: record(anything) })

export const end = object({
  rows: whole({ minimum: 0 }),
  /** SHA-256, in hex, of everything before this line. */
  sha256: text(),
})

const columnTypes: { readonly text: Schema<string | number>; readonly number: Schema<string | number> } = {
  text: text({ maxLength: 100_000_000 }),
  number: whole(),
}

/** A row with just these columns. */
export function rowSchema(
  columns: readonly (readonly [name: string, type: 'text' | 'number'])[],
): Schema<Readonly<Record<string, string | number>>> {
  return object(Object.fromEntries(columns.map(([name, type]) => [name, columnTypes[type]])))
}
