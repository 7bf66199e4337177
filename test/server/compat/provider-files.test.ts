import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectorOf, lintConnector, readProviderFile } from '../../../src/server/index.ts'

const read = (content: unknown, file = 'providers.json') =>
  readProviderFile(typeof content === 'string' ? content : JSON.stringify(content), file)
const googleFields = {
  client_id: '1.apps.googleusercontent.com',
  client_secret: 'GOCSPX-1',
  project_id: 'project',
  auth_uri: 'https://accounts.google.com/o/oauth2/auth',
  token_uri: 'https://oauth2.googleapis.com/token',
}
const today = '2026-11-21'

for (const kind of ['web', 'installed'])
  test(`Google's ${kind} file is a Google connector`, () => {
    const [provider] = read({ [kind]: googleFields }, 'client_secret_1.apps.googleusercontent.com.json')
    assert.ok(provider)
    assert.deepEqual([provider.id, provider.type, provider.clientSecret], ['google', 'google', 'GOCSPX-1'])
    const { record, client } = connectorOf(provider, today)
    assert.equal(record.issuer, 'https://accounts.google.com')
    assert.deepEqual(record.authorize.params?.['access_type'], 'offline')
    assert.deepEqual(client, { clientId: googleFields.client_id, clientSecret: 'GOCSPX-1' })
  })

test("Azure's file is a Microsoft connector, for its own tenant where it names one", () => {
  const azure = { clientId: 'c', clientSecret: 's', displayName: 'Our Azure App' }
  const [common] = read(azure, 'app.json')
  const [own] = read({ ...azure, tenantId: 'contoso' }, 'app.json')
  assert.ok(common && own)
  assert.deepEqual([common.id, common.type], ['our-azure-app', 'microsoft'])
  assert.match(connectorOf(common, today).record.token.url ?? '', /\/common\//)
  const { record } = connectorOf(own, today)
  assert.match(record.token.url ?? '', /\/contoso\//)
  assert.match(record.authorize.url ?? '', /\/contoso\//)
  assert.equal(record.authorize.params?.['response_mode'], 'query')
})

test('a flat file of any service is a plain OAuth connector that passes the linter', () => {
  const [provider] = read({
    name: 'My CRM',
    authenticator_type: 'oauth2',
    client_id: 'c',
    client_secret: 's',
    scopes: ['contacts.read', 'contacts.write'],
    authorize_url: 'https://crm.example/oauth/authorize',
    token_url: 'https://crm.example/oauth/token',
    redirect_uri: 'https://old.example/callback',
    configuration: { api_base_url: 'https://api.crm.example/v2', refresh_url: 'https://crm.example/oauth/refresh' },
  })
  assert.ok(provider)
  const { record } = connectorOf(provider, today)
  assert.deepEqual([record.id, record.apiOrigins, record.reach], ['my-crm', ['https://api.crm.example'], 'proxy'])
  assert.equal(record.refresh?.url, 'https://crm.example/oauth/refresh')
  assert.deepEqual(record.authorize.scope?.default, ['contacts.read', 'contacts.write'])
  assert.deepEqual(
    lintConnector(record).findings.filter(({ level }) => level === 'fault'),
    [],
  )
})

test('a list and a map hold several providers', () => {
  const one = { client_id: 'a', client_secret: 's' }
  assert.deepEqual(
    read([
      { ...one, name: 'github' },
      { ...one, name: 'google' },
    ]).map(({ id, type }) => [id, type]),
    [
      ['github', 'github'],
      ['google', 'google'],
    ],
  )
  assert.deepEqual(
    read({ github: one, work: { ...one, authenticator_type: 'microsoft' } }).map(({ id, type }) => [id, type]),
    [
      ['github', 'github'],
      ['work', 'microsoft'],
    ],
  )
})

test('YAML is read like JSON', () => {
  const text = 'github:\n  client_id: a\n  client_secret: s\n  scopes: [repo, "user:email"]\n'
  const [provider] = read(text, 'providers.yaml')
  assert.deepEqual([provider?.id, provider?.scopes], ['github', ['repo', 'user:email']])
})

test("the type is guessed from the file's name, and is plain OAuth where nothing tells", () => {
  const one = { client_id: 'a', client_secret: 's' }
  assert.equal(read(one, 'my-github.json')[0]?.type, 'github')
  assert.equal(read(one, 'azure.json')[0]?.type, 'microsoft')
  assert.equal(read(one, 'acme.json')[0]?.type, 'oauth2')
})

test('a file that claims to be Google but names other endpoints keeps its endpoints', () => {
  const [provider] = read({ web: { ...googleFields, token_uri: 'https://tokens.example/token' } }, 'google.json')
  assert.ok(provider)
  const { record } = connectorOf(provider, today)
  assert.deepEqual([record.token.url, record.issuer], ['https://tokens.example/token', null])
})

test('an installed app without a secret is a public client', () => {
  const [provider] = read({ client_id: 'a', name: 'github' })
  assert.ok(provider)
  const { record, client } = connectorOf(provider, today)
  assert.deepEqual([record.token.auth, client], ['none', { clientId: 'a' }])
})

for (const [what, content, said] of [
  ['neither JSON nor YAML', '{"client_id": ', /neither JSON nor YAML/],
  [
    'YAML that grows',
    `a: &a [x,x,x]\n${'bcdefgh'
      .split('')
      .map((name, index) => `${name}: &${name} [${`*${'abcdefg'[index]},`.repeat(9)}]`)
      .join('\n')}\n`,
    /neither JSON nor YAML/,
  ],
  ['a name twice', '{"client_id":"a","client_id":"b"}', /a name stands twice/],
  ['nothing', '{}', /holds no provider/],
  ['two of one name', '[{"name":"a","client_id":"1"},{"name":"A","client_id":"2"}]', /two providers are named a/],
  ['a secret that is no text', '{"client_id":"a","client_secret":{"x":1}}', /client_secret: must be a string/],
] as const)
  test(`a file with ${what} is refused, and its values are not quoted`, () => {
    assert.throws(
      () => read(content),
      (error: Error & { reason?: string }) => {
        assert.equal(error.reason, 'provider_file_invalid')
        assert.match(error.message, /^providers\.json: /)
        assert.match(error.message, said)
        return true
      },
    )
  })

test('an unknown provider without endpoints is refused', () => {
  const [provider] = read({ client_id: 'a', client_secret: 's', name: 'acme' })
  assert.ok(provider)
  assert.throws(() => connectorOf(provider, today), { reason: 'provider_file_invalid' })
})

test('the folder that a file lies in says nothing of its service, and a tenant is Azure’s', () => {
  const azure = { clientId: 'c', clientSecret: 's', tenantId: 'contoso', displayName: 'My App' }
  assert.equal(read(azure, '/home/me/github/app.json')[0]?.type, 'microsoft')
  assert.equal(read(azure, 'github.json')[0]?.type, 'microsoft')
  const plainOne = { client_id: 'c', name: 'Acme', authorize_url: 'https://a.test/a', token_url: 'https://a.test/t' }
  assert.equal(read(plainOne, '/home/me/github/app.json')[0]?.type, 'oauth2')
  assert.equal(read(plainOne, 'mygithubber.json')[0]?.type, 'oauth2')
})
