import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { changeFile } from '../../src/cli/locked-file.ts'
import { main, place } from '../support/cli.ts'

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

test('a link to nothing stays one, and what it points to is made', () => {
  const { cwd } = place()
  mkdirSync(join(cwd, 'secrets'))
  const link = join(cwd, 'link')
  symlinkSync(join('secrets', 'real'), link)
  changeFile(link, () => 'made')
  assert.deepEqual([lstatSync(link).isSymbolicLink(), readFileSync(join(cwd, 'secrets/real'), 'utf8')], [true, 'made'])
  assert.equal(statSync(join(cwd, 'secrets/real')).mode & 0o777, 0o600)
})

test('who comes by a link, or by a folder that is one, waits for who has the file itself', () => {
  const { cwd } = place()
  mkdirSync(join(cwd, 'folder'))
  const file = join(cwd, 'folder', 'real')
  writeFileSync(file, 'before')
  symlinkSync(file, join(cwd, 'link'))
  symlinkSync(join(cwd, 'folder'), join(cwd, 'other'))
  const other = new DatabaseSync(`${file}.lock`)
  other.exec('BEGIN EXCLUSIVE')
  for (const path of ['link', 'other/real'])
    assert.throws(() => changeFile(join(cwd, path), () => 'mine', 50), /Another connector-auth is changing/, path)
  other.close()
  assert.equal(existsSync(join(cwd, 'link.lock')), false)
})

test('a link to itself is told', () => {
  const { cwd } = place()
  symlinkSync('circle', join(cwd, 'circle'))
  assert.throws(() => changeFile(join(cwd, 'circle'), () => 'mine'), /is a link to itself/)
})

test('where not all of it can be written, the file keeps its sealing keys', async () => {
  const { cwd, env, run } = place()
  await run('init')
  const file = join(cwd, '.env')
  writeFileSync(file, `${readFileSync(file, 'utf8')}# ${'x'.repeat(1_000)}\n`)
  const before = readFileSync(file, 'utf8')
  // No file of this shell's grows beyond 512 bytes or, in some shells, 1024.
  const limited = `ulimit -f 1; '${process.execPath}' '${main}' keys add 2>&1; true`
  const environment = { ...env, NODE_COMPILE_CACHE: '', NODE_DISABLE_COMPILE_CACHE: '1' }
  const told = execFileSync('sh', ['-c', limited], { cwd, env: environment, encoding: 'utf8' })
  assert.match(told, /EFBIG/)
  assert.equal(readFileSync(file, 'utf8'), before)
  assert.deepEqual(readdirSync(cwd).toSorted(), ['.env', '.env.lock'])
})
