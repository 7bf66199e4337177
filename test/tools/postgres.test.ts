import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { findPostgres } from '../../tools/postgres.ts'

const only =
  (...folders: string[]) =>
  (path: string): boolean =>
    folders.some((folder) => path === join(folder, 'initdb') || path === join(folder, 'postgres'))
const nowhere = { environment: {}, exists: () => false, packaged: () => undefined, places: () => [] }

test('POSTGRES_BIN wins, and one without the programs is said, not skipped', () => {
  const environment = { POSTGRES_BIN: '/opt/pg/bin', PATH: '/bin' }
  assert.equal(findPostgres({ ...nowhere, environment, exists: only('/opt/pg/bin', '/bin') }), '/opt/pg/bin')
  assert.throws(
    () => findPostgres({ ...nowhere, environment, exists: only('/bin') }),
    /POSTGRES_BIN names \/opt\/pg\/bin/,
  )
})

test("the PATH comes before the npm package, and that before the system's places", () => {
  const search = {
    ...nowhere,
    environment: { PATH: '/sbin:/bin' },
    packaged: () => '/npm/bin',
    places: () => ['/usr/lib/pg'],
  }
  assert.equal(findPostgres({ ...search, exists: only('/bin', '/npm/bin', '/usr/lib/pg') }), '/bin')
  assert.equal(findPostgres({ ...search, exists: only('/npm/bin', '/usr/lib/pg') }), '/npm/bin')
  assert.equal(findPostgres({ ...search, exists: only('/usr/lib/pg') }), '/usr/lib/pg')
})

test('a folder with only one of the programs is passed over', () => {
  const exists = (path: string) => path === '/bin/postgres'
  assert.throws(
    () => findPostgres({ ...nowhere, environment: { PATH: '/bin' }, exists }),
    /No PostgreSQL server was found/,
  )
})

test('without any server one sentence says what to install: nothing is skipped', () => {
  assert.throws(() => findPostgres(nowhere), /^Error: No PostgreSQL server was found; install .* POSTGRES_BIN .*\.$/)
})
