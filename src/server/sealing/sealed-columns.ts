/** Every column that holds sealed texts: what rotation and verification walk through. */

import { type RawBuilder, sql } from 'kysely'
import type { Store } from '../stores/store.ts'
import type { SealContext } from './envelope.ts'

/** Where a table keeps sealed texts. */
export interface SealedTable {
  readonly table: string
  readonly id: string
  readonly columns: readonly string[]
  /** Whose data key seals: the row's own tenant, its connection's, or the space's (tenant ''). */
  readonly tenant: 'row' | 'connection' | 'space'
}

/** The whole list. A test fails where a table gets a sealed column that is missing here. */
export const sealedTables: readonly SealedTable[] = [
  { table: 'meta', id: 'name', columns: ['value'], tenant: 'space' },
  { table: 'client_registration', id: 'id', columns: ['secret'], tenant: 'space' },
  {
    table: 'credential',
    id: 'row_id',
    columns: ['access_token', 'refresh_token', 'details'],
    tenant: 'connection',
  },
  { table: 'auth_session', id: 'id', columns: ['details', 'parked'], tenant: 'row' },
  { table: 'revocation', id: 'id', columns: ['sealed'], tenant: 'row' },
]

/** Stands where a sealed text was that has been erased: no other may come to its place. */
export const erased = 'gone'

/** One row's sealed texts, by column; '' = nothing is kept there. */
export interface SealedRow {
  readonly id: string
  readonly tenant: string
  readonly generation: number
  readonly texts: Readonly<Record<string, string>>
}

/** What a text is bound to beside space and tenant. */
export function contextOf({ table }: SealedTable, row: SealedRow, column: string): SealContext {
  return [table, row.id, column, row.generation]
}

/** Walks through all rows of a space, a page at a time. */
export async function* sealedPages(
  store: Store,
  space: string,
  where: SealedTable,
  limit: number,
): AsyncGenerator<readonly SealedRow[]> {
  for (let after = ''; ; ) {
    const rows = await sealedRows(store, space, where, { after, limit })
    const last = rows.at(-1)
    if (!last) return
    yield rows
    after = last.id
  }
}

/** Reads rows of a space in the order of their ids, from after the given one. */
export async function sealedRows(
  store: Store,
  space: string,
  where: SealedTable,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<readonly SealedRow[]> {
  const id = sql.ref(`${where.table}.${where.id}`)
  const columns = sql.join(where.columns.map((column) => sql.ref(`${where.table}.${column}`)))
  const { rows } = await sql<Record<string, string | number>>`
    SELECT ${id} AS id, ${tenantOf(where)} AS tenant, ${generationOf(where)} AS generation, ${columns}
    FROM ${sql.table(where.table)} ${joined(where)}
    WHERE ${ofSpace(where, space)} AND ${id} > ${after} ${alsoAfter(where, after)} ORDER BY ${id} LIMIT ${limit}`.execute(
    store.db,
  )
  return rows.map((row) => ({
    id: String(row['id']),
    tenant: String(row['tenant']),
    generation: Number(row['generation']),
    texts: Object.fromEntries(where.columns.map((column) => [column, String(row[column])])),
  }))
}

/** Replaces a row's texts where they are still what was read: any other writer wins. */
export async function swapTexts(
  db: Store['db'],
  where: SealedTable,
  row: SealedRow,
  texts: Readonly<Record<string, string>>,
): Promise<boolean> {
  const changes = sql.join(Object.entries(texts).map(([column, text]) => sql`${sql.ref(column)} = ${text}`))
  const same = where.columns.map((column) => sql`${sql.ref(column)} = ${row.texts[column] ?? ''}`)
  const conditions = [
    sql`${sql.ref(where.id)} = ${row.id}`,
    ...same,
    ...(where.table === 'credential' ? [sql`generation = ${row.generation}`] : []),
  ]
  const { numAffectedRows = 0n } = await sql`
    UPDATE ${sql.table(where.table)} SET ${changes} WHERE ${sql.join(conditions, sql` AND `)}`.execute(db)
  return numAffectedRows === 1n
}

function tenantOf({ tenant, table }: SealedTable): RawBuilder<unknown> {
  switch (tenant) {
    case 'row':
      return sql.ref(`${table}.tenant`)
    case 'connection':
      return sql.ref('connection.tenant')
    case 'space':
      return sql`''`
  }
}

function generationOf({ table }: SealedTable): RawBuilder<unknown> {
  return table === 'credential' ? sql.ref('credential.generation') : sql`0`
}

/** SQLite walks through the left table of a cross join first, in the order of its key; it would sort all of them else. */
function joined({ tenant }: SealedTable): RawBuilder<unknown> {
  return tenant === 'connection' ? sql`CROSS JOIN connection` : sql``
}

/** PostgreSQL reads both tables in the order of their keys, and would begin with the first connection for each page. */
function alsoAfter({ tenant }: SealedTable, after: string): RawBuilder<unknown> {
  return tenant === 'connection' ? sql`AND connection.row_id > ${after}` : sql``
}

function ofSpace({ table, tenant }: SealedTable, space: string): RawBuilder<unknown> {
  if (table === 'meta') return sql`meta.name = ${`space_key:${space}`}`
  if (tenant !== 'connection') return sql`${sql.ref(`${table}.space`)} = ${space}`
  return sql`connection.row_id = credential.row_id AND connection.space = ${space}`
}
