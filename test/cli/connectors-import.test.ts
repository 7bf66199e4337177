import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { createProgram } from '../../src/cli/program.ts'
import { type Running, running } from '../support/cli.ts'
import { terminal } from '../support/terminal.ts'

const acme = {
  name: 'Acme',
  client_id: 'id',
  client_secret: 'canary',
  authorize_url: 'https://acme.example/a',
  token_url: 'https://acme.example/t',
  configuration: { refresh_url: 'https://refresh.example/r', api_base_url: 'https://api.example/v2' },
}
const receivers = ['https://api.example', 'https://acme.example', 'https://refresh.example']

/** The command line in this process: what it prints, and what it throws. */
function inProcess(t: TestContext, { env, cwd }: Running) {
  const names = Object.keys(env).filter((name) => name.startsWith('CONNECTOR_AUTH'))
  for (const name of [...names, 'CLIENT_SECRET']) process.env[name] = env[name] ?? 'canary'
  t.after(() => {
    for (const name of [...names, 'CLIENT_SECRET']) delete process.env[name]
  })
  const file = (name: string, value: object) => {
    writeFileSync(join(cwd, name), JSON.stringify(value))
    return join(cwd, name)
  }
  const printed: string[] = []
  const run = async (...words: string[]) => {
    printed.length = 0
    await createProgram((line) => printed.push(line)).parseAsync(words, { from: 'user' })
    return printed.join('\n')
  }
  return { file, run, printed: () => printed.join('\n') }
}

const moved = { reason: 'connector_moved', message: /https?:\/\/\S+ instead of .* was not saved\.$/ }

test('every host that gets a credential is named before a provider is saved', async (t) => {
  const here = await running(t)
  const { file, run } = inProcess(t, here)
  const path = file('acme.json', acme)
  const shown = await run('connectors', 'import', path, '--dry-run')
  for (const host of receivers) assert.ok(shown.split('CREDENTIALS TO')[1]?.includes(host), `${host}: ${shown}`)
  const [row] = JSON.parse(await run('connectors', 'import', path, '--dry-run', '--format', 'json'))
  assert.deepEqual(new Set(row.credentialsTo), new Set(receivers))
  const hidden = file('hidden.json', { ...acme, token_url: 'https://acme.example@\u0430cme.example/t' })
  const [{ credentialsTo }] = JSON.parse(await run('connectors', 'import', hidden, '--dry-run', '--format', 'json'))
  assert.ok(credentialsTo.includes('https://xn--cme-5cd.example'), 'as it is asked for, not as it looks')
  assert.equal(shown.includes('canary') || JSON.stringify(row).includes('canary'), false)

  const asking = terminal(t, here, 'connectors', 'import', path)
  const [question] = await asking.until(/Save acme \(credentials go to [^)]*\) at the backend[\s\S]*\[y\/N\]/)
  for (const host of receivers) assert.ok(question.includes(host), `${host}: ${question}`)
  asking.type('n\n')
  assert.equal(await asking.ended(), 3)
})

test('what was saved before one is refused is told, to people and to programs', async (t) => {
  const here = await running(t)
  const { file, run, printed } = inProcess(t, here)
  await here.connect('ana')
  const path = file('two.json', [acme, { ...acme, name: 'fake' }])
  await assert.rejects(run('connectors', 'import', path, '--yes'), moved)
  assert.match(printed(), /^acme is saved\.$/m)
  assert.doesNotMatch(printed(), /fake is saved/)
  await assert.rejects(run('connectors', 'import', path, '--yes', '--format', 'json'), moved)
  assert.deepEqual(
    JSON.parse(printed()).map(({ id }: { id: string }) => id),
    ['acme'],
  )
  assert.match(await run('connectors', 'import', path, '--yes', '--move'), /^fake is saved\.$/m)
})

test('--move is heard by each command that has it', async (t) => {
  const here = await running(t)
  const { file, run } = inProcess(t, here)
  const registration = ['--client-id', here.fake.clientId, '--client-secret', 'CLIENT_SECRET']
  process.env['CLIENT_SECRET'] = here.fake.clientSecret
  const path = file('github.json', { ...here.fake.record(), id: 'github' })
  await run('connectors', 'add', path, ...registration)
  await here.connect('ana', 'github')
  const configure = ['account', 'oauth', 'configure', 'github', '--scopes', 'read:user', ...registration]
  await assert.rejects(run(...configure), moved)
  assert.match(await run(...configure, '--move'), /^github is saved\.$/m)
  await assert.rejects(run('connectors', 'add', path, ...registration), moved)
  await run('connectors', 'add', path, ...registration, '--move')
  // A connector of the catalogue brings its record along where the backend has none.
  await run('connectors', 'remove', 'github', '--yes')
  await assert.rejects(run('connectors', 'add', 'github', ...registration), moved)
  assert.match(await run('connectors', 'add', 'github', ...registration, '--move'), /^github is saved\.$/m)
})
