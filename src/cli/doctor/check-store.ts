/** The store: reachable, of this program's schema, and opened by these keys. Nothing is made or migrated. */

import { existsSync } from 'node:fs'
import { InvalidRequestError } from '../../protocol/errors.ts'
import { type Store, knownSchemaVersion, readKeyRing, verifyKeys } from '../../server/index.ts'
import type { Prepared } from '../configuration.ts'
import { openStore } from '../open-store.ts'
import { type Finding, fault, ok, warning } from './finding.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Looks at the store and its keys. */
export async function checkStore({ place, options }: Prepared, environment: Environment): Promise<readonly Finding[]> {
  const { database = 'connector-auth.sqlite', databaseUrlEnv } = place
  if (databaseUrlEnv === undefined && !existsSync(database))
    return [warning('store', `there is no ${database} yet`, 'serve makes it at its first start.')]
  let store: Store | undefined
  try {
    store = await openStore(place, environment)
    const version = await store.version()
    const schema = schemaFinding(version)
    const space = options.space ?? 'default'
    const keys = version === knownSchemaVersion ? await keyFindings(store, space, options.sealingKeys ?? []) : []
    return [schema, ...keys]
  } catch (error) {
    const where = databaseUrlEnv === undefined ? database : `the database behind ${databaseUrlEnv}`
    // A driver's message may hold the URL, and the URL the password.
    const why = error instanceof InvalidRequestError ? `: ${error.message}` : ''
    return [fault('store', `${where} cannot be opened${why}`, 'Check that it runs, and who may open it.')]
  } finally {
    await store?.close()
  }
}

function schemaFinding(version: number): Finding {
  const found = `schema version ${version}`
  if (version === knownSchemaVersion) return ok('store', `${found}, as this program knows it`)
  if (version < knownSchemaVersion)
    return warning(
      'store',
      `${found}, this program knows ${knownSchemaVersion}`,
      'Run connector-auth migrate; serve does it too.',
    )
  return fault(
    'store',
    `${found}, this program knows ${knownSchemaVersion}`,
    'Run the program that migrated it, or a newer one.',
  )
}

async function keyFindings(store: Store, space: string, entries: readonly string[]): Promise<readonly Finding[]> {
  if (entries.length === 0) return []
  const ring = readKeyRing(entries)
  const { wrapping, failed } = await verifyKeys({ store, ring, space })
  const missing = wrapping.filter(({ inRing }) => !inRing)
  return [
    ...missing.map(({ id, dataKeys }) =>
      fault(
        'sealing keys',
        `${id} wraps ${dataKeys} data keys and is not there`,
        `Add ${id} to CONNECTOR_AUTH_SEALING_KEYS.`,
      ),
    ),
    ...(failed.length > 0 && missing.length === 0
      ? [fault('sealing keys', `${failed.length} texts do not open`, 'Run connector-auth keys verify --all.')]
      : []),
    ...(missing.length + failed.length === 0
      ? [ok('sealing keys', `${ring.active.id} seals; a sample of the store opens`)]
      : []),
  ]
}
