/** Queries of the hot paths: written once in the query layer's words, compiled once per database, run with values. */

import { CompiledQuery, type Kysely } from 'kysely'
import type { Store } from './store.ts'
import type { Tables } from './tables.ts'

/** What the query layer's builders have in common, as far as it is needed here. */
interface Compilable<R> {
  compile(): CompiledQuery<R>
}

interface Text {
  readonly sql: string
  /** The value that each parameter stands for, in order. */
  readonly names: readonly string[]
}

/**
 * Prepares a query: building and compiling one costs more than running it.
 *
 * @param build - Gets a stand-in for each value by its name.
 */
export function prepare<N extends string, R>(
  names: readonly N[],
  build: (db: Kysely<Tables>, value: (name: N) => string) => Compilable<R>,
): (store: Store, values: Readonly<Record<N, string>>) => Promise<readonly R[]> {
  const texts = new WeakMap<Kysely<Tables>, Text>()
  const known: readonly string[] = names
  return async ({ db }, values) => {
    let text = texts.get(db)
    if (!text) {
      const { sql, parameters } = build(db, (name) => name).compile()
      text = { sql, names: parameters.map(String) }
      const foreign = text.names.find((name) => !known.includes(name))
      if (foreign !== undefined) throw new Error(`A prepared query has a value of its own: ${foreign}.`)
      texts.set(db, text)
    }
    const found: Readonly<Record<string, string>> = values
    const { rows } = await db.executeQuery<R>(
      CompiledQuery.raw(
        text.sql,
        text.names.map((name) => found[name]),
      ),
    )
    return rows
  }
}
