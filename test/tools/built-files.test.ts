/** What the files of a script tag may not hold: a strict policy would refuse it, or the page would find it. */

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { integrityOf, toldAs } from '../../tools/script-tag-parts.ts'

const dist = join(import.meta.dirname, '../../dist')
const files = globSync('connector-auth{.*,}.min.js', { cwd: dist }).map((file) => ({
  file,
  code: readFileSync(join(dist, file), 'utf8'),
}))

const forbidden =
  /\beval\(|\bnew Function|\.(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|[\s`]style=|setAttribute\([`"']style|\.style\.|createElement\([`"']style/g

test('no built file evaluates text, writes markup or sets a style, but for the markup of Lit, by its own policy', () => {
  const found = files.flatMap(({ file, code }) => [...code.matchAll(forbidden)].map(([what]) => `${file} ${what}`))
  assert.ok(files.length >= 2)
  assert.deepEqual(found, ['connector-auth.min.js .innerHTML'])
})

test('no built file names another host, and the parts import nothing', () => {
  for (const { file, code } of files) {
    const hosts = [...code.matchAll(/["'`]https?:\/\/([\w-]+\.)+\w+/g)].map(([address]) => address.slice(1))
    assert.deepEqual(
      hosts.filter((address) => address !== 'https://service.invalid'),
      [],
      file,
    )
    assert.equal(/\bimport\s*[{"'`]|\bfrom\s*["'`]/.test(code), false, file)
  }
})

test('the told hashes are those of the files', () => {
  const told: unknown = JSON.parse(readFileSync(join(dist, 'connector-auth.sri.json'), 'utf8'))
  const manifest: unknown = JSON.parse(readFileSync(join(dist, '../package.json'), 'utf8'))
  assert.deepEqual(told, {
    version: Reflect.get(Object(manifest), 'version'),
    integrity: Object.fromEntries(files.map(({ file, code }) => [file, integrityOf(code, toldAs(file))])),
  })
})

test('importing the entries on a server does nothing: no window is made up, no timer keeps the process', async () => {
  const entries = ['element/register', 'element/index', 'client/index', 'react/index'].map((entry) =>
    join(dist, `${entry}.js`),
  )
  const code = `
    const before = Object.getOwnPropertyNames(globalThis)
    for (const entry of ${JSON.stringify(entries)}) await import(entry)
    // Lit's own: its versions, and a registry for servers.
    const lit = /^((lit|reactive)\\w+|customElements)$/
    console.log(JSON.stringify(Object.getOwnPropertyNames(globalThis).filter((name) => !before.includes(name) && !lit.test(name))))`
  const ran = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], { timeout: 20_000 })
  assert.deepEqual(JSON.parse(ran.stdout), [])
  assert.equal(ran.stderr, '')
})
