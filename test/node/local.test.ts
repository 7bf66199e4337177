import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { quirks, startFakeAuthorizationServer, startFakeService } from '../../src/fakes/index.ts'
import { type LocalOptions, createLocal, dataFolder } from '../../src/node/index.ts'

function ownFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'local-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'data')
}

/** A script's options, whose person consents as soon as they see the URL. */
async function laptop(t: TestContext) {
  const fake = await startFakeAuthorizationServer()
  t.after(() => fake.close())
  const opened: string[] = []
  const options: LocalOptions = {
    folder: ownFolder(t),
    connectors: [fake.record()],
    clients: { fake: { clientId: fake.clientId, clientSecret: fake.clientSecret } },
    egress: { allow: [fake.issuer] },
    async onAuthorizationRequired({ authorizationUrl }) {
      opened.push(authorizationUrl)
      await fetch(await fake.authorize(authorizationUrl))
    },
  }
  const start = async (more: Partial<LocalOptions> = {}) => {
    const local = await createLocal({ ...options, ...more })
    t.after(() => local.close())
    return local
  }
  return { fake, opened, options, start, folder: options.folder ?? '' }
}

test('a script authorizes once on a laptop; the next one finds the connection', async (t) => {
  const { start, opened } = await laptop(t)
  const first = await start()
  const session = await first.agent.userSession('fake')
  const token = await session.getAccessToken()
  assert.match(new URL(opened[0] ?? '').searchParams.get('redirect_uri') ?? '', /^http:\/\/127\.0\.0\.1:\d+\/callback$/)
  await first.close()
  const second = await start()
  assert.equal(await second.agent.getAccessToken('fake'), token)
  assert.equal(opened.length, 1)
  assert.deepEqual(await second.agent.disconnect('fake'), { revocation: 'revoked' })
})

test('closing ends an attempt that waits for a person, and its listener', async (t) => {
  const { start } = await laptop(t)
  let tell: (url: string) => void
  const asked = new Promise<string>((resolve) => (tell = resolve))
  const local = await start({ onAuthorizationRequired: ({ authorizationUrl }) => tell(authorizationUrl) })
  const waiting = assert.rejects(
    local.agent.userSession('fake').then((session) => session.getAccessToken()),
    { reason: 'cancelled' },
  )
  const redirectUri = new URL(await asked).searchParams.get('redirect_uri') ?? ''
  await local.close()
  await waiting
  await assert.rejects(fetch(redirectUri), 'nothing listens there')
})

test('folder and files are their owner’s alone, and no secret stands in them', async (t) => {
  const { start, folder, fake } = await laptop(t)
  const local = await start()
  const token = await (await local.agent.userSession('fake')).getAccessToken()
  assert.equal(statSync(folder).mode & 0o777, 0o700)
  const files = readdirSync(folder)
  assert.deepEqual(
    files.filter((name) => !name.startsWith('connector-auth.')),
    ['sealing.keys'],
    'nothing is left aside',
  )
  for (const name of files) {
    assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name)
    const bytes = readFileSync(join(folder, name))
    for (const secret of [token, fake.clientSecret]) assert.equal(bytes.includes(secret), false, name)
  }
})

test('two processes that start at once make one key, and both read what either connects', async (t) => {
  const { folder, fake, start } = await laptop(t)
  const script = join(import.meta.dirname, '../support/local-child.ts')
  const child = () => {
    const running = spawn(process.execPath, [script], {
      env: {
        ...process.env,
        FOLDER: folder,
        RECORD: JSON.stringify(fake.record()),
        ISSUER: fake.issuer,
        SECRET: fake.clientSecret,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    t.after(() => running.kill('SIGKILL'))
    let said = ''
    running.stdout.on('data', (chunk) => (said += String(chunk)))
    return once(running, 'exit').then(([code]) => [code, said])
  }
  const answers = await Promise.all([child(), child(), child()])
  assert.deepEqual([...new Set(answers.map(String))], ['0,null\n'])
  const token = await (await (await start()).agent.userSession('fake')).getAccessToken()
  assert.deepEqual(await child(), [0, `${token}\n`])
})

test('two processes that refresh at once do not burn a rotating refresh token', async (t) => {
  const { start } = await laptop(t)
  const [one, two] = [await start(), await start()]
  await one.agent.userSession('fake')
  const tokens = await Promise.all([one, two].map(({ agent }) => agent.getAccessToken('fake', { forceRefresh: true })))
  assert.ok(tokens.every((token) => token.startsWith('fake-at-')))
  assert.match(
    await two.agent.getAccessToken('fake'),
    /^fake-at-/,
    'a rotated token used twice would have ended the grant',
  )
})

test('a key file that others may read, or that holds no key, is refused', async (t) => {
  const { start, folder } = await laptop(t)
  await (await start()).close()
  const file = join(folder, 'sealing.keys')
  chmodSync(file, 0o644)
  await assert.rejects(start(), { reason: 'invalid_configuration', message: /readable by others/ })
  chmodSync(file, 0o600)
  writeFileSync(file, '')
  await assert.rejects(start(), { reason: 'invalid_configuration', message: /is empty/ })
})

test('in memory nothing is written', async (t) => {
  const { start, folder, opened } = await laptop(t)
  const local = await start({ memory: true })
  await local.agent.userSession('fake')
  assert.deepEqual([local.folder, existsSync(folder), opened.length], [undefined, false, 1])
})

test('a session key keeps connections apart, in one folder', async (t) => {
  const { start, opened } = await laptop(t)
  await (await start({ sessionKey: 'work' })).agent.userSession('fake')
  assert.equal(await (await start()).agent.getCredentials('fake'), null)
  await (await start({ sessionKey: 'work' })).agent.userSession('fake')
  assert.equal(opened.length, 1)
})

test('session keys are listed, and one is cleared without the others', async (t) => {
  const { start, fake } = await laptop(t)
  for (const sessionKey of ['work', 'home']) await (await start({ sessionKey })).agent.userSession('fake')
  const local = await start()
  await local.agent.userSession('fake')
  assert.deepEqual(await local.sessionKeys(), ['home', 'work'])
  assert.deepEqual([await local.clearSession('home'), await local.clearSession('home')], [1, 0])
  assert.deepEqual(await local.sessionKeys(), ['work'])
  assert.equal(fake.requests.filter(({ path }) => path === '/revoke').length, 1)
  assert.match(await local.agent.getAccessToken('fake'), /^fake-at-/)
})

test('a script without a browser asks for a code on another device', async (t) => {
  const record = quirks.get('device')?.record
  assert.ok(record)
  const service = await startFakeService(record, { deviceIntervalSeconds: 1, redirectUri: 'http://127.0.0.1/' })
  t.after(() => service.close())
  const codes: string[] = []
  const local = await createLocal({
    folder: ownFolder(t),
    device: true,
    connectors: [service.record],
    clients: { [record.id]: service.client },
    egress: { allow: service.origins },
    onAuthorizationRequired({ session }) {
      codes.push(session.userCode ?? '')
      service.approveDevice(session.userCode ?? '')
    },
  })
  t.after(() => local.close())
  const session = await local.agent.userSession(record.id)
  assert.ok((await session.getAccessToken()).length > 0)
  assert.deepEqual([codes.length, service.faults], [1, []])
})

test('closing ends an attempt on another device too, and what is asked afterwards', async (t) => {
  const record = quirks.get('device')?.record
  assert.ok(record)
  const service = await startFakeService(record, { deviceIntervalSeconds: 1, redirectUri: 'http://127.0.0.1/' })
  t.after(() => service.close())
  let tell: () => void
  const asked = new Promise<void>((resolve) => (tell = resolve))
  const local = await createLocal({
    memory: true,
    device: true,
    connectors: [service.record],
    clients: { [record.id]: service.client },
    egress: { allow: service.origins },
    onAuthorizationRequired: () => tell(),
  })
  const waiting = assert.rejects(local.agent.userSession(record.id), { reason: 'cancelled' })
  await asked
  await local.close()
  await waiting
  await assert.rejects(local.agent.connections(), { reason: 'cancelled' })
})

test('the data folder is the one that the platform has for it', () => {
  assert.equal(dataFolder('linux', {}, '/home/ana'), '/home/ana/.local/share/connector-auth')
  assert.equal(dataFolder('linux', { XDG_DATA_HOME: '/data' }, '/home/ana'), '/data/connector-auth')
  assert.equal(dataFolder('linux', { XDG_DATA_HOME: 'data' }, '/home/ana'), '/home/ana/.local/share/connector-auth')
  assert.equal(dataFolder('darwin', {}, '/Users/ana'), '/Users/ana/Library/Application Support/connector-auth')
  assert.match(dataFolder('win32', { LOCALAPPDATA: 'C:\\Local' }, 'C:\\ana'), /^C:\\Local.connector-auth$/)
})
