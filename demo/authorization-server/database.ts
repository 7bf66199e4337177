/** The SQLite file of the demo authorization server: what oidc-provider stores, and the keys it signs with. */
import { randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { exportJWK, generateKeyPair } from 'jose'

/** Keys that must outlive a restart, or every session and token of the last run is void. */
export type Keys = {
  readonly cookieKey: string
  readonly signingKey: { readonly [member: string]: unknown }
}

/** Opens the file (`:memory:` allowed) and creates its two tables.
 *
 * @param file - path of the SQLite file.
 */
export function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file)
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA busy_timeout = 2000;
    CREATE TABLE IF NOT EXISTS record (
      model TEXT NOT NULL,
      id TEXT NOT NULL,
      payload TEXT NOT NULL,
      grant_id TEXT NOT NULL,
      uid TEXT NOT NULL,
      user_code TEXT NOT NULL,
      consumed_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL,
      PRIMARY KEY (model, id)
    ) STRICT;
    CREATE INDEX IF NOT EXISTS record_grant ON record (grant_id);
    CREATE INDEX IF NOT EXISTS record_uid ON record (model, uid);
    CREATE TABLE IF NOT EXISTS server_key (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  `)
  database.prepare('DELETE FROM record WHERE expires_at > 0 AND expires_at < unixepoch()').run()
  return database
}

/** Reads the server's keys, making them at the first start. */
export async function loadKeys(database: DatabaseSync): Promise<Keys> {
  const cookieKey = readKey(database, 'cookie') ?? keepKey(database, 'cookie', randomBytes(32).toString('base64url'))
  const signing = readKey(database, 'signing') ?? keepKey(database, 'signing', await makeSigningKey())
  return { cookieKey, signingKey: parseObject(signing) }
}

/** Parses stored JSON that must be an object. */
export function parseObject(text: string): { [member: string]: unknown } {
  const value: unknown = JSON.parse(text)
  if (!isObject(value)) throw new TypeError('The authorization server file holds a record that is no object.')
  return value
}

function isObject(value: unknown): value is { [member: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readKey(database: DatabaseSync, name: string): string | undefined {
  const value = database.prepare('SELECT value FROM server_key WHERE name = ?').get(name)?.['value']
  return typeof value === 'string' ? value : undefined
}

function keepKey(database: DatabaseSync, name: string, value: string): string {
  database.prepare('INSERT INTO server_key (name, value) VALUES (?, ?)').run(name, value)
  return value
}

async function makeSigningKey(): Promise<string> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  return JSON.stringify({
    ...(await exportJWK(privateKey)),
    use: 'sig',
    alg: 'RS256',
    kid: randomBytes(8).toString('hex'),
  })
}
