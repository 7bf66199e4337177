import assert from 'node:assert/strict'
import { chmodSync, existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { configure, place } from '../support/cli.ts'
import { terminal } from '../support/terminal.ts'

/** What begins a control sequence of a terminal. */
const escape = '\u001B'

type Answers = Record<string, { status?: number; headers?: Record<string, string>; text: string }>

/** A site on loopback that answers what a test says. */
async function site(t: TestContext, answersOf: (origin: string) => Answers): Promise<string> {
  const server = createServer((request, response) => {
    const { status = 200, headers = {}, text } = answers[request.url ?? ''] ?? { status: 404, text: '' }
    response.writeHead(status, headers)
    response.end(text)
  }).listen(0, '127.0.0.1')
  t.after(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  const answers = answersOf(origin)
  return origin
}

const html = { 'content-type': 'text/html' }
const metadata = (issuer: string) => ({
  text: JSON.stringify({ issuer, scopes_supported: ['openid', 'offline_access'] }),
})

/** An installation whose service is a site of ours. */
async function installation(
  t: TestContext,
  changes: (origin: string) => Answers,
  more: object = {},
  record: (origin: string) => object = () => ({}),
) {
  const origin = await site(t, (own) => ({
    '/.well-known/openid-configuration': metadata(own),
    '/authorize': { text: 'Sign in', headers: { 'cross-origin-opener-policy': 'same-origin' } },
    '/callback/fake.html': { text: '<script src="callback.js"></script>', headers: html },
    '/callback/callback.js': { text: ';' },
    '/readyz': { text: '{}' },
    ...changes(own),
  }))
  const here = place({ FAKE_SECRET: 'canary-secret' })
  await here.run('init')
  const connector = {
    id: 'fake',
    name: 'Fake',
    category: 'other',
    method: 'oauth2',
    issuer: origin,
    authorize: { url: `${origin}/authorize`, scope: { default: ['openid', 'offline_access'] } },
    token: { url: `${origin}/token`, auth: 'client_secret_post' },
    apiOrigins: [],
    reach: 'proxy',
    checked: 'docs 2026-11-21',
    sources: [],
    ...record(origin),
  }
  configure(here.cwd, {
    publicUrl: origin,
    connectors: [connector],
    clients: { fake: { clientId: 'id', clientSecretEnv: 'FAKE_SECRET' } },
    callbacks: { [origin]: `${origin}/callback/{connector}.html` },
    egress: { allow: [origin] },
    ...more,
  })
  const doctor = async () => {
    const { code, out, error } = await here.run('doctor', '--format', 'json')
    assert.doesNotMatch(out + error, /canary-secret/)
    const findings: { level: string; check: string; found: string; mend: string }[] = JSON.parse(out)
    return { code, findings, find: (check: string) => findings.filter((one) => one.check === check) }
  }
  return { ...here, origin, doctor }
}

test('an installation that is right has no fault, and its redirect URIs stand there as they are registered', async (t) => {
  const { doctor, run, origin } = await installation(t, () => ({}))
  await run('migrate')
  const { code, findings, find } = await doctor()
  assert.deepEqual(
    findings.filter(({ level }) => level !== 'ok'),
    [],
  )
  assert.equal(code, 0)
  const uris = find('fake: redirect URI to register').map(({ found }) => found)
  assert.deepEqual(uris, [`${origin}/callback/default/fake`, `${origin}/callback/fake.html (its page is there)`])
  assert.match(find('fake: authorization endpoint')[0]?.found ?? '', /Cross-Origin-Opener-Policy: same-origin/)
  assert.match(find('clock')[0]?.found ?? '', /^[0-9] s /)
  assert.match(find('store')[0]?.found ?? '', /schema version \d+, as this program knows it/)
})

test('each thing that is wrong is a fault with its mend', async (t) => {
  const past = new Date(Date.now() - 3_600_000).toUTCString()
  const { doctor, run, cwd, origin } = await installation(
    t,
    () => ({
      '/.well-known/openid-configuration': metadata('https://somebody-else.example'),
      '/authorize': { status: 404, text: '' },
      '/callback/fake.html': { text: '<h1>Our app</h1>', headers: html },
      '/': { text: '', headers: { date: past } },
    }),
    { allowedOrigins: ['https://app.example'] },
  )
  await run('migrate')
  chmodSync(join(cwd, '.env'), 0o644)
  const database = new DatabaseSync(join(cwd, 'connector-auth.sqlite'))
  database.exec('PRAGMA user_version = 9999')
  database.close()
  const { code, findings } = await doctor()
  assert.equal(code, 1)
  const faults = findings.filter(({ level }) => level === 'fault')
  assert.deepEqual(faults.map(({ check }) => check).toSorted(), [
    '.env',
    'clock',
    'fake: authorization endpoint',
    'fake: issuer',
    'fake: redirect URI to register',
    'origins',
    'store',
  ])
  assert.ok(faults.every(({ mend }) => mend !== ''))
  assert.equal(faults.find(({ check }) => check === 'origins')?.mend, `Add ${origin} to allowedOrigins.`)
})

test('what may go wrong later is a warning, and no reason to fail', async (t) => {
  const { doctor, cwd } = await installation(
    t,
    () => ({ '/readyz': { status: 503, text: '' } }),
    { clients: {} },
    (own) => ({
      issuer: null,
      authorize: { url: `${own}/authorize`, scope: { default: ['openid'], optional: ['offline_access'] } },
    }),
  )
  const { code, findings } = await doctor()
  const warned = findings.filter(({ level }) => level === 'warning').map(({ check }) => check)
  assert.deepEqual([code, warned.toSorted()], [0, ['backend', 'fake: client', 'fake: refresh tokens', 'store']])
  assert.equal(existsSync(join(cwd, 'connector-auth.sqlite')), false, 'a look makes no store')
})

test('a configuration that cannot be right is a list of its faults', async () => {
  const here = place()
  configure(here.cwd, { publicUrl: 'https://app.example', connectors: ['nope'], clients: {} })
  const { code, out } = await here.run('doctor')
  assert.equal(code, 1)
  assert.match(out, /^fault +connector-auth\.json: connectors: The catalogue has no nope/m)
  assert.match(out, /^fault +connector-auth\.json: sealingKeys/m)
  assert.equal(out.includes(escape), false)
  assert.equal((await place().run('doctor')).code, 2, 'no configuration at all')
})

test('a terminal shows colours, unless the person wants none', async (t) => {
  const here = place()
  configure(here.cwd, { publicUrl: 'https://app.example', connectors: ['nope'], clients: {} })
  const coloured = terminal(t, here, 'doctor')
  assert.equal(await coloured.ended(), 1)
  assert.ok(coloured.shown().includes(`${escape}[31mfault`))
  const plain = terminal(t, { ...here, env: { ...here.env, NO_COLOR: '1' } }, 'doctor')
  await plain.ended()
  assert.equal(plain.shown().includes(`${escape}[31m`), false)
})
