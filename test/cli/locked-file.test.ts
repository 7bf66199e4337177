import assert from 'node:assert/strict'
import { chmodSync, lstatSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { changeFile } from '../../src/cli/locked-file.ts'
import { place } from '../support/cli.ts'

test('what begins while another writes waits for it, and sees what it wrote', async () => {
  const { cwd, run } = place()
  const other = new DatabaseSync(join(cwd, '.env.lock'))
  other.exec('BEGIN EXCLUSIVE')
  const beginning = run('init')
  await wait(2_000)
  writeFileSync(join(cwd, '.env'), 'CONNECTOR_AUTH_API_KEYS=cak_of_the_other\n')
  other.close()
  const { code, error } = await beginning
  assert.deepEqual([code, /CONNECTOR_AUTH_API_KEYS already/.test(error)], [2, true], error)
  assert.equal(readFileSync(join(cwd, '.env'), 'utf8'), 'CONNECTOR_AUTH_API_KEYS=cak_of_the_other\n')
})

test('of many keys that are added at once, none is lost', async () => {
  const { cwd, run } = place()
  await run('init')
  const ran = await Promise.all([run('keys', 'add'), run('keys', 'add'), run('keys', 'add')])
  const added = ran.filter(({ code }) => code === 0).length
  assert.ok(added >= 1 && ran.every(({ code }) => code === 0 || code === 2))
  const [, keys = ''] = /^CONNECTOR_AUTH_SEALING_KEYS=(.*)$/m.exec(readFileSync(join(cwd, '.env'), 'utf8')) ?? []
  assert.equal(keys.split(',').length, 1 + added, 'as many as were told')
})

test('a file keeps its content where the change fails, and becomes its owner’s alone where it works', () => {
  const { cwd } = place()
  const file = join(cwd, 'secrets')
  writeFileSync(file, 'before')
  chmodSync(file, 0o644)
  assert.throws(() =>
    changeFile(file, () => {
      throw new Error('no')
    }),
  )
  assert.equal(readFileSync(file, 'utf8'), 'before')
  changeFile(file, (before) => `${before}, after`)
  assert.equal(readFileSync(file, 'utf8'), 'before, after')
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(cwd).toSorted(), ['secrets', 'secrets.lock'])
})

test('a file that another process does not let go of is left alone', () => {
  const { cwd } = place()
  const file = join(cwd, 'secrets')
  const other = new DatabaseSync(`${file}.lock`)
  other.exec('BEGIN EXCLUSIVE')
  assert.throws(() => changeFile(file, () => 'mine', 50), /Another connector-auth is changing/)
  other.close()
  changeFile(file, () => 'mine')
  assert.equal(readFileSync(file, 'utf8'), 'mine')
})

test('a link to a file stays one, and what it points to is changed', () => {
  const { cwd } = place()
  const [file, link] = [join(cwd, 'real'), join(cwd, 'link')]
  writeFileSync(file, 'before')
  symlinkSync(file, link)
  changeFile(link, () => 'after')
  assert.deepEqual([lstatSync(link).isSymbolicLink(), readFileSync(file, 'utf8')], [true, 'after'])
})
