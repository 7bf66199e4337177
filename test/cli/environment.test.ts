import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { examine } from '../../src/cli/doctor/doctor.ts'
import { serve } from '../../src/cli/serve.ts'
import { migrate } from '../../src/cli/store.ts'
import { apiKey, sealingKey } from '../support/backend.ts'
import { configure, place, running } from '../support/cli.ts'
import { freePort } from '../support/free-port.ts'
import { terminal } from '../support/terminal.ts'

/** What a folder would say to steer Node, the linker, and the opener of pages. */
const hostile = [
  'NODE_TLS_REJECT_UNAUTHORIZED=0',
  'NODE_OPTIONS=--no-such-option',
  'LD_AUDIT=./evil.so',
  'BROWSER=./evil',
  'PATH=.',
  '',
].join('\n')

test('nothing of a folder’s .env reaches the program that opens a page', async (t) => {
  const here = await running(t)
  const bin = join(here.cwd, 'bin')
  mkdirSync(bin)
  const seen = join(here.cwd, 'seen')
  // Where there is no screen, and where there is one.
  for (const [file, into] of [
    [join(bin, 'www-browser'), seen],
    [join(bin, 'x-www-browser'), seen],
    [join(here.cwd, 'evil'), `${seen}-by-evil`],
  ] as const) {
    writeFileSync(file, `#!/bin/sh\nenv > ${into}.new && mv ${into}.new ${into}\n`)
    chmodSync(file, 0o755)
  }
  writeFileSync(join(here.cwd, '.env'), hostile)
  const { DISPLAY: _, WAYLAND_DISPLAY: __, BROWSER: ___, ...rest } = here.env
  const shown = terminal(t, { ...here, env: { ...rest, PATH: `${bin}:${rest['PATH']}` } }, 'auth', 'fake')
  const [url] = await shown.until(/http:\S+\/authorize\?\S+/)
  for (let round = 0; round < 200 && !existsSync(seen) && !existsSync(`${seen}-by-evil`); round += 1)
    await new Promise((resolve) => setTimeout(resolve, 50))
  await fetch(await here.fake.authorize(url))
  assert.equal(await shown.ended(), 0, shown.shown())
  assert.equal(existsSync(`${seen}-by-evil`), false)
  assert.doesNotMatch(readFileSync(seen, 'utf8'), /NODE_TLS_REJECT_UNAUTHORIZED|--no-such-option|LD_AUDIT|\.\/evil/)
})

test('serve, doctor and migrate read the secrets that the configuration names, and leave the process as it is', async () => {
  const { cwd } = place()
  const port = await freePort()
  configure(cwd, {
    publicUrl: `http://localhost:${port}`,
    connectors: ['google'],
    clients: { google: { clientId: 'id', clientSecretEnv: 'GOOGLE_SECRET' } },
  })
  const secrets = [
    `CONNECTOR_AUTH_SEALING_KEYS=${sealingKey}`,
    `CONNECTOR_AUTH_API_KEYS=${apiKey}`,
    'CONNECTOR_AUTH_LOG_LEVEL=error',
    'GOOGLE_SECRET="canary secret" # with a comment',
  ].join('\n')
  writeFileSync(join(cwd, '.env'), `${hostile}${secrets}\n`)
  const [before, folder] = [{ ...process.env }, process.cwd()]
  process.chdir(cwd)
  try {
    await migrate('connector-auth.json', () => {})
    const served = await serve({ config: 'connector-auth.json', port, host: 'localhost', dev: true }, () => {})
    const headers = { authorization: `Bearer ${apiKey}` }
    const listed = await fetch(`http://localhost:${served.port}/api/v1/connectors`, { headers })
    await served.close()
    assert.equal(listed.status, 200)
    const faults = (await examine('connector-auth.json')).filter(({ check }) => check === 'connector-auth.json')
    assert.deepEqual(
      faults.map(({ level }) => level),
      ['ok'],
    )
    assert.deepEqual({ ...process.env }, before)
    process.env['GOOGLE_SECRET'] = ''
    const [emptied] = await examine('connector-auth.json')
    assert.match(emptied?.found ?? '', /the environment has no GOOGLE_SECRET/, 'the environment stands over the file')
  } finally {
    process.chdir(folder)
    delete process.env['GOOGLE_SECRET']
  }
})

test('a secret that an option names is read from the folder’s .env', async (t) => {
  const { run, cwd } = await running(t)
  writeFileSync(join(cwd, '.env'), 'GITHUB_SECRET=canary-of-the-folder\n')
  const added = await run('connectors', 'add', 'github', '--client-id', 'id', '--client-secret', 'GITHUB_SECRET')
  assert.deepEqual([added.code, added.error], [0, ''])
})

test('a .env that cannot be read is told', async () => {
  const { cwd, run } = place()
  mkdirSync(join(cwd, '.env'))
  const { code, error } = await run('connections', 'list', '--subject', 'ana')
  assert.deepEqual([code, error], [2, '.env cannot be read.\n'])
})
