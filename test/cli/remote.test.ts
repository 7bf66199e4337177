import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { remoteOf } from '../../src/cli/remote.ts'
import { apiKey } from '../support/backend.ts'
import { configure, place, running } from '../support/cli.ts'
import { freePort } from '../support/free-port.ts'

test('connections are listed, shown and revoked, as a table and as JSON', async (t) => {
  const { run, connect, fake } = await running(t)
  assert.equal((await run('connections', 'list')).out, 'none\n')
  await connect('ana')
  const table = (await run('connections', 'list')).out.split('\n')
  assert.match(table[0] ?? '', /^CONNECTOR +CONNECTION +STATUS +ACCOUNT +MISSING +UPDATED$/)
  assert.match(table[1] ?? '', /^fake +default +active +ana@fake\.example/)
  const [listed] = JSON.parse((await run('connections', 'list', '--format', 'json')).out)
  assert.deepEqual([listed.connectorId, listed.status], ['fake', 'active'])
  assert.match((await run('connections', 'show', 'fake')).out, /Account: +ana@fake\.example \(account-1\)/)
  assert.equal((await run('connections', 'list', '--subject', 'ben')).out, 'none\n', "nobody else's")
  const revoked = await run('connections', 'revoke', 'fake', '--yes')
  assert.deepEqual(
    [revoked.code, revoked.out],
    [0, 'fake: ended. Its tokens were revoked at the authorization server.\n'],
  )
  assert.ok(fake.requests.some(({ path }) => path === '/revoke'))
  assert.equal((await run('connections', 'show', 'fake')).code, 3)
})

test('what steers a terminal does not reach it by an account name', async (t) => {
  const { run, connect, fake } = await running(t)
  fake.grants.account = { id: 'x', name: 'evil\u001B]0;title\u0007\u202E' }
  await connect('ana')
  for (const words of [['list'], ['show', 'fake']]) {
    const { out } = await run('connections', ...words)
    assert.match(out, /evil/)
    // oxlint-disable-next-line no-control-regex
    assert.doesNotMatch(out, /[\u0000-\u0009\u000B-\u001F\u202E]/)
  }
})

test('a revocation that nobody can be asked about needs --yes', async (t) => {
  const { run, connect } = await running(t)
  await connect('ana')
  const { code, error } = await run('connections', 'revoke', 'fake')
  assert.deepEqual([code, error], [2, 'Nobody can be asked here. Say --yes. Nothing was done.\n'])
  assert.match((await run('connections', 'list')).out, /^fake/m)
})

test('a connect token is minted for whom it names, and ended', async (t) => {
  const { run, url } = await running(t)
  const { token } = JSON.parse((await run('tokens', 'mint', '--actions', 'read_token', '--format', 'json')).out)
  const asPage = () =>
    fetch(`${url}/api/v1/connections`, { headers: { authorization: `Bearer ${token}`, origin: url } })
  assert.equal((await asPage()).status, 200)
  assert.equal((await run('tokens', 'revoke')).out, '1 connect tokens were ended.\n')
  assert.equal((await asPage()).status, 401)
  assert.match((await run('tokens', 'mint')).out, /^cct_[0-9a-f]+_[0-9a-f]+\n$/)
  assert.equal((await run('tokens', 'mint', '--actions', 'fly')).code, 2)
  assert.equal((await run('tokens', 'mint', '--expires-in', 'soon')).code, 2)
})

test('an API key is made, works, and is ended', async (t) => {
  const here = await running(t)
  const key = (await here.run('api-keys', 'create', '--name', 'worker')).out.trim()
  assert.match(key, /^cak_[0-9a-f]{64}$/)
  const other = place({ CONNECTOR_AUTH_URL: here.url, CONNECTOR_AUTH_API_KEY: key, CONNECTOR_AUTH_SUBJECT: 'ana' })
  assert.equal((await other.run('connections', 'list')).code, 0)
  const listed = JSON.parse((await here.run('api-keys', 'list', '--format', 'json')).out)
  const id = listed.find(({ name }: { name: string }) => name === 'worker').id
  assert.equal((await here.run('api-keys', 'revoke', id, '--yes')).out, `${id} is ended.\n`)
  assert.equal((await other.run('connections', 'list')).code, 3, 'refused')
})

test('a connector of the catalogue is added with a secret from each source, and removed', async (t) => {
  const { run, feed, cwd, env } = await running(t)
  env['GITHUB_SECRET'] = 'canary-of-the-environment'
  writeFileSync(join(cwd, 'secret'), 'canary-of-the-file\n')
  const add = ['connectors', 'add', 'github', '--client-id', 'id', '--client-secret']
  for (const made of [
    await feed('canary-of-stdin\n', ...add, '-'),
    await run(...add, '@secret'),
    await run(...add, 'GITHUB_SECRET'),
  ])
    assert.deepEqual([made.code, /^github is saved\.$/m.test(made.out), made.error], [0, true, ''])
  assert.match((await run('connectors', 'list', '--configured')).out, /^github +GitHub/m)
  assert.equal((await run('connectors', 'remove', 'github', '--yes')).code, 0)
  assert.doesNotMatch((await run('connectors', 'list', '--configured')).out, /github/)
})

test('a secret that is typed out is refused, and not repeated', async (t) => {
  const { run, fake } = await running(t)
  for (const secret of ['GOCSPX-canary-1234', 'CANARY1234', '@/no/such/canary', '']) {
    const { code, out, error } = await run(
      'connectors',
      'add',
      'github',
      '--client-id',
      'id',
      '--client-secret',
      secret,
    )
    assert.equal(code, 2, secret)
    if (!secret.startsWith('@')) assert.doesNotMatch(out + error, /canary-|CANARY/)
  }
  assert.equal(fake.requests.length, 0)
})

test('the exit code tells who is to mend it', async (t) => {
  const { run, url } = await running(t)
  const codeOf = async (environment: Record<string, string>, ...words: string[]) =>
    (await place({ CONNECTOR_AUTH_SUBJECT: 'ana', ...environment }).run(...words)).code
  const list = ['connections', 'list'] as const
  assert.equal((await run(...list)).code, 0)
  assert.equal(await codeOf({ CONNECTOR_AUTH_URL: url }, ...list), 2, 'no key')
  assert.equal(await codeOf({ CONNECTOR_AUTH_API_KEY: apiKey }, ...list), 2, 'no backend')
  assert.equal((await run(...list, '--nonsense')).code, 2, 'no such option')
  assert.equal((await run('nonsense')).code, 2, 'no such command')
  assert.equal((await run('--help')).code, 0)
  const strange = { CONNECTOR_AUTH_API_KEY: `cak_${'0'.repeat(64)}` }
  assert.equal(await codeOf({ ...strange, CONNECTOR_AUTH_URL: url }, ...list), 3, 'a key of nobody')
  const dead = `http://127.0.0.1:${await freePort()}`
  assert.equal(await codeOf({ ...strange, CONNECTOR_AUTH_URL: dead }, ...list), 4, 'nobody listens')
})

test('an answer that is not of this protocol is no success', async (t) => {
  const server = createServer((_, answer) => answer.end('<h1>Hello</h1>')).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const { run } = place({ CONNECTOR_AUTH_API_KEY: apiKey, CONNECTOR_AUTH_SUBJECT: 'ana' })
  const { code, error } = await run('connections', 'list', '--url', `http://127.0.0.1:${port}`)
  assert.deepEqual([code, /not of this protocol/.test(error)], [1, true])
})

test('an API key is sent over https, or to this machine, and nowhere else', async () => {
  const { run } = place({ CONNECTOR_AUTH_API_KEY: apiKey, CONNECTOR_AUTH_SUBJECT: 'ana' })
  for (const url of [
    'http://app.example',
    'ftp://app.example',
    'http://127.0.0.1.evil.test',
    'https://u:p@app.example',
  ]) {
    const { code, error } = await run('connections', 'list', '--url', url)
    assert.deepEqual([code, /The URL of the backend/.test(error)], [2, true], url)
  }
})

test('the backend and the key are those of init and the configuration, where nothing else is said', async (t) => {
  const { url } = await running(t)
  const there = place()
  configure(there.cwd, { publicUrl: url, connectors: [], clients: {} })
  writeFileSync(join(there.cwd, '.env'), `CONNECTOR_AUTH_API_KEYS=${apiKey}\nCONNECTOR_AUTH_SUBJECT=ana\n`)
  assert.equal((await there.run('connections', 'list')).out, 'none\n')
})

/** Where a command in a folder would send which key, asked in this process. */
async function sentFrom(files: Readonly<Record<string, string>>, url?: string, config?: string) {
  const { cwd } = place()
  for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), content)
  const before = process.cwd()
  process.chdir(cwd)
  process.env['CONNECTOR_AUTH_API_KEY'] = apiKey
  try {
    const { baseUrl, apiKey: key } = await remoteOf({ ...(url && { url }), ...(config && { config }) })
    return [baseUrl, key]
  } finally {
    delete process.env['CONNECTOR_AUTH_API_KEY']
    process.chdir(before)
  }
}

const configOf = (publicUrl: string) => JSON.stringify({ publicUrl, connectors: [], clients: {} })
const ofTheFolder = `cak_${'00'.repeat(32)}`

for (const url of ['https://elsewhere.example/connector-auth', 'http://127.0.0.1:4180'])
  test(`a key of the environment does not go to ${url} because a folder says so`, async () => {
    for (const files of [
      { 'connector-auth.json': configOf(url) },
      { '.env': `CONNECTOR_AUTH_URL=${url}\n` },
      { '.env': `CONNECTOR_AUTH_URL=${url}\nCONNECTOR_AUTH_API_KEYS=${ofTheFolder}\n` },
    ])
      await assert.rejects(sentFrom(files), {
        reason: 'invalid_configuration',
        message: /^This folder says that the backend is /,
      })
    const { cwd, run } = place({ CONNECTOR_AUTH_API_KEY: apiKey, CONNECTOR_AUTH_SUBJECT: 'ana' })
    writeFileSync(join(cwd, '.env'), `CONNECTOR_AUTH_URL=${url}\n`)
    const { code, error } = await run('connections', 'list')
    assert.deepEqual([code, error.startsWith(`This folder says that the backend is ${url}`)], [2, true], error)
  })

test('who names the URL or the configuration says where the key goes, and the folder does not come between', async () => {
  const [here, evil] = ['https://app.example/connector-auth', 'https://elsewhere.example']
  const files = { '.env': `CONNECTOR_AUTH_URL=${evil}\n`, 'connector-auth.json': configOf(here) }
  assert.deepEqual(await sentFrom(files, here), [here, apiKey])
  assert.deepEqual(await sentFrom(files, undefined, 'connector-auth.json'), [here, apiKey])
  const known = { ...files, '.env': `CONNECTOR_AUTH_API_KEYS=${apiKey}\n` }
  assert.deepEqual(await sentFrom(known), [here, apiKey], 'the folder has that key itself')
  await assert.rejects(sentFrom({}, undefined, 'no-such-file.json'), /There is no no-such-file\.json/)
})

test('what a backend says steers no terminal', async (t) => {
  const port = await freePort()
  const told = { type: 'urn:x', title: 'No', status: 400, requestId: 'r', retryable: false, reason: 'invalid_request' }
  const problem = { ...told, code: 'INVALID_REQUEST', detail: 'no\u001b]0;owned\u0007' }
  const server = createServer((_, response) => {
    response.writeHead(400, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem))
  }).listen(port, '127.0.0.1')
  t.after(() => server.close())
  const { run } = place({ CONNECTOR_AUTH_API_KEY: apiKey })
  const { error } = await run('connections', 'list', '--subject', 'ana', '--url', `http://127.0.0.1:${port}`)
  assert.match(error, /^no.\]0;owned/)
  assert.equal(error.includes('\u001b'), false)
})
