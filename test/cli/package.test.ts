import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '../..')

test('npx connector-auth works from the package as it is published', () => {
  const folder = mkdtempSync(join(tmpdir(), 'connector-auth-'))
  const packed = execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
  })
  const tarball = join(folder, String(packed).trim().split('\n').at(-1) ?? '')
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '.bin'), { recursive: true })
  execFileSync('tar', ['-xzf', tarball, '-C', modules])
  execFileSync('mv', [join(modules, 'package'), join(modules, 'connector-auth')])
  const { dependencies, bin } = JSON.parse(readFileSync(join(modules, 'connector-auth/package.json'), 'utf8'))
  // Only what the package itself names is there: one that it forgot is missed.
  for (const name of Object.keys(dependencies)) {
    mkdirSync(dirname(join(modules, name)), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), join(modules, name))
  }
  execFileSync('chmod', ['+x', join(modules, 'connector-auth', bin['connector-auth'])])
  symlinkSync(join('../connector-auth', bin['connector-auth']), join(modules, '.bin/connector-auth'))
  const npx = (...words: string[]) =>
    spawnSync('npx', ['--offline', '--no', '--', 'connector-auth', ...words], { cwd: folder, encoding: 'utf8' })
  assert.match(npx('--help').stdout, /^Usage: connector-auth/)
  assert.equal(npx('init').status, 0)
  assert.ok(existsSync(join(folder, '.env')))
  assert.match(npx('connectors', 'list').stdout, /^google +Google/m)
  assert.equal(npx('doctor').status, 2, 'its exit code comes through')
  assert.equal(readdirSync(join(modules, 'connector-auth')).includes('src'), false)
})
