import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { completionsOf } from '../../src/cli/completion.ts'
import { createProgram } from '../../src/cli/program.ts'
import { main, place } from '../support/cli.ts'

const complete = (...words: string[]) =>
  completionsOf(
    createProgram(() => {}),
    words,
  )

test('commands, options, their values and connectors are completed', async () => {
  assert.deepEqual(await complete('conne'), ['connectors', 'connections'])
  assert.deepEqual(await complete('account', 'oauth', 'list-'), ['list-providers', 'list-connections'])
  assert.deepEqual(await complete('connections', 'list', '--for'), ['--format'])
  assert.deepEqual(await complete('connections', 'list', '--format', ''), ['table', 'json'])
  assert.deepEqual(await complete('connectors', 'show', ''), [], 'an id may be any')
  assert.ok((await complete('auth', 'goo')).includes('google'))
  assert.ok((await complete('connections', 'list', '--connector', 'sla')).includes('slack'))
  assert.deepEqual(await complete('completion', ''), ['bash', 'zsh', 'fish'])
  assert.equal((await complete('')).includes('complete'), false, 'it is not for people')
})

test('bash completes with the script that is printed', async () => {
  const { cwd, run } = place()
  writeFileSync(join(cwd, 'connector-auth'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`)
  chmodSync(join(cwd, 'connector-auth'), 0o755)
  writeFileSync(join(cwd, 'script'), (await run('completion', 'bash')).out)
  const asked = `source ./script; COMP_WORDS=(connector-auth connections re); COMP_CWORD=2; _connector_auth; echo "\${COMPREPLY[@]}"`
  const shown = execFileSync('bash', ['-c', asked], {
    cwd,
    env: { ...process.env, PATH: `${cwd}:${process.env['PATH']}` },
  })
  assert.equal(String(shown), 'revoke\n')
})

test('the scripts are right where their shell is there to say', async (t) => {
  const { cwd, run } = place()
  for (const shell of ['bash', 'zsh', 'fish']) {
    writeFileSync(join(cwd, shell), (await run('completion', shell)).out)
    const { status, error } = spawnSync(shell, ['-n', shell], { cwd })
    if (error) t.diagnostic(`${shell} is not on this machine`)
    else assert.equal(status, 0, shell)
  }
  assert.equal((await run('completion', 'tcsh')).code, 2)
})
