import assert from 'node:assert/strict'
import { test } from 'node:test'
import type {
  ClientCredentialsConnector,
  EnteredConnector,
  OAuthConnector,
  TwoStepConnector,
} from '../../src/protocol/connector.ts'
import { type Finding, catalogue, lintConnector } from '../../src/server/index.ts'
import { described } from '../support/service.ts'

const api = { apiOrigins: ['https://api.test'] }

/** A record of which the linter has nothing to say. */
const oauth = (changes: Partial<OAuthConnector> = {}): OAuthConnector => ({
  ...described,
  ...api,
  method: 'oauth2',
  issuer: 'https://login.test',
  authorize: { url: 'https://login.test/authorize' },
  token: { url: 'https://login.test/token' },
  identity: { from: 'id_token', id: 'sub', name: 'email' },
  ...changes,
})

const entered = (changes: Partial<EnteredConnector> = {}): EnteredConnector => ({
  ...described,
  ...api,
  method: 'api_key',
  inject: { headers: { 'x-key': '{apiKey}' } },
  ...changes,
})

const account = (changes: Partial<ClientCredentialsConnector> = {}): ClientCredentialsConnector => ({
  ...described,
  ...api,
  method: 'client_credentials',
  issuer: null,
  token: { url: 'https://login.test/token' },
  ...changes,
})

const login = (changes: Partial<TwoStepConnector> = {}): TwoStepConnector => ({
  ...described,
  ...api,
  method: 'two_step',
  token: { url: 'https://login.test/login' },
  ...changes,
})

/** Without a field that its type demands, or with one that it does not know. */
const bent = (record: object, changes: object): object => JSON.parse(JSON.stringify({ ...record, ...changes }))

const text = { name: 'host', label: 'Host' }

type Row = readonly [record: object, level: Finding['level'], field: string, mend: RegExp]

const rows: Readonly<Record<string, Row>> = {
  'no method': [bent(oauth(), { method: 'magic' }), 'fault', 'method', /./],
  'no record at all': [[], 'fault', '(record)', /./],
  'a field that nobody reads': [bent(oauth(), { colour: 'red' }), 'fault', 'colour', /./],
  'a missing field': [bent(oauth(), { reach: undefined }), 'fault', 'reach', /./],
  'a field of another method': [bent(entered(), { token: {} }), 'fault', 'token', /./],
  'an id that is no id': [oauth({ id: 'Not An Id' }), 'fault', 'id', /./],
  'a date that is none': [oauth({ checked: 'today' }), 'fault', 'checked', /./],

  'plain http': [oauth({ token: { url: 'http://login.test/token' } }), 'fault', 'token.url', /https/],
  javascript: [oauth({ authorize: { url: 'javascript:alert(1)' } }), 'fault', 'authorize.url', /./],
  'no URL': [oauth({ token: { url: 'https://[x/token' } }), 'fault', 'token.url', /absolute URL/],
  'a user in a URL': [oauth({ token: { url: 'https://me@login.test/' } }), 'fault', 'token.url', /user name/],
  'a value as user of a URL': [
    oauth({ inputs: [{ ...text, format: 'subdomain' }], token: { url: 'https://{host}@login.test/' } }),
    'fault',
    'token.url',
    /user name/,
  ],
  'a fragment': [oauth({ token: { url: 'https://login.test/token#x' } }), 'fault', 'token.url', /fragment/],
  'no token endpoint': [oauth({ token: {} }), 'fault', 'token.url', /set discovery/],
  'no authorization endpoint': [oauth({ authorize: {} }), 'fault', 'authorize.url', /set discovery/],
  'no pushed request endpoint': [oauth({ par: {} }), 'fault', 'par.url', /set discovery/],
  'no device endpoint': [oauth({ device: {} }), 'fault', 'device.url', /set discovery/],
  'no userinfo endpoint': [
    oauth({ identity: { from: 'userinfo', id: 'id', name: 'name' } }),
    'fault',
    'identity.url',
    /set discovery/,
  ],
  'discovery of nobody': [oauth({ issuer: null, discovery: 'oauth' }), 'fault', 'issuer', /metadata/],
  'a service account without an endpoint': [account({ token: {} }), 'fault', 'token.url', /write it/],
  'a login without an endpoint': [login({ token: {} }), 'fault', 'token.url', /write it/],
  'a key that goes nowhere': [bent(entered(), { inject: undefined }), 'fault', 'inject', /how the key travels/],
  'a proxied origin that is not listed': [
    entered({ proxy: { api: { origin: 'https://other.test' } } }),
    'warning',
    'proxy.api.origin',
    /apiOrigins/,
  ],

  'a value of nobody in a URL': [
    oauth({ token: { url: 'https://login.test/{x}' } }),
    'fault',
    'token.url',
    /declare x/,
  ],
  'a value of nobody in a header': [
    entered({ inject: { headers: { 'x-key': '{other}' } } }),
    'fault',
    'inject.headers.x-key',
    /declare other/,
  ],
  'a value of nobody in a path': [
    entered({ proxy: { api: { origin: 'https://api.test', paths: ['/{other}'] } } }),
    'fault',
    'proxy.api.paths.0',
    /declare other/,
  ],
  'a value of nobody in a capture': [
    oauth({
      capture: { region: { from: 'request', url: 'https://api.test/', path: 'r', headers: { 'x-a': '{other}' } } },
    }),
    'fault',
    'capture.region.headers.x-a',
    /declare other/,
  ],
  'a host that anybody may write': [
    entered({ inputs: [text], apiOrigins: ['https://{host}.test'] }),
    'fault',
    'inputs.host',
    /pattern, format or enum/,
  ],
  'a host of a format that is no host': [
    entered({ inputs: [{ ...text, format: 'url' }], apiOrigins: ['https://{host}.test'] }),
    'fault',
    'inputs.host',
    /pattern, format or enum/,
  ],
  'a captured host of any form': [
    oauth({ capture: { host: { from: 'token_response', path: 'h' } }, apiOrigins: ['https://{host}.test'] }),
    'fault',
    'capture.host',
    /pattern/,
  ],
  'a hidden field without a value': [
    entered({ inputs: [{ ...text, hidden: true }] }),
    'fault',
    'inputs.host',
    /default/,
  ],
  'a default beside the enum': [
    entered({ inputs: [{ ...text, enum: ['a'], default: 'b' }] }),
    'fault',
    'inputs.host.default',
    /one of enum/,
  ],
  'a secret that shows': [
    entered({ inputs: [{ name: 'apiKey', label: 'Key' }] }),
    'warning',
    'inputs.apiKey',
    /mark it secret/,
  ],
  'a pattern that is none': [
    entered({ inputs: [{ ...text, pattern: '(' }] }),
    'fault',
    'inputs.host.pattern',
    /regular/,
  ],
  'a captured pattern that is none': [
    oauth({ capture: { host: { from: 'token_response', path: 'h', pattern: '[' } } }),
    'fault',
    'capture.host.pattern',
    /regular/,
  ],
  'a captured secret that a page may see': [
    oauth({ capture: { apiToken: { from: 'token_response', path: 't', expose: 'page' } } }),
    'fault',
    'capture.apiToken',
    /do not expose/,
  ],
  'a request without an address': [
    oauth({ capture: { host: { from: 'request', path: 'h' } } }),
    'fault',
    'capture.host.url',
    /where it is asked/,
  ],
  'a captured name that is no placeholder': [
    oauth({ capture: { 'my-host': { from: 'token_response', path: 'h' } } }),
    'fault',
    'capture.my-host',
    /placeholder/,
  ],
  'a callback that a login does not have': [
    login({ capture: { host: { from: 'callback', path: 'h' } } }),
    'fault',
    'capture.host.from',
    /two_step has nothing/,
  ],
  'a token response that a key does not have': [
    entered({ capture: { host: { from: 'token_response', path: 'h' } } }),
    'fault',
    'capture.host.from',
    /api_key has nothing/,
  ],
  'a header name that is none': [
    entered({ inject: { headers: { 'x key': '{apiKey}' } } }),
    'fault',
    'inject.headers.x key',
    /header name/,
  ],
  'a header with a line break': [
    entered({ inject: { headers: { 'x\r\ny': '{apiKey}' } } }),
    'fault',
    'inject.headers.x\r\ny',
    /header name/,
  ],
  'a header of the connection': [
    entered({ proxy: { api: { origin: 'https://api.test', headers: { Host: 'other.test' } } } }),
    'fault',
    'proxy.api.headers.Host',
    /each request/,
  ],

  'a state of its own': [
    oauth({ authorize: { url: 'https://login.test/', params: { state: 'x' } } }),
    'fault',
    'authorize.params.state',
    /take it out/,
  ],
  'a redirect URI of its own': [
    oauth({ authorize: { url: 'https://login.test/', force: { redirect_uri: 'x' } } }),
    'fault',
    'authorize.force.redirect_uri',
    /take it out/,
  ],
  'no state': [
    oauth({ authorize: { url: 'https://login.test/', omit: ['state'] } }),
    'fault',
    'authorize.omit',
    /state/,
  ],
  'a secret among the parameters': [
    oauth({ token: { url: 'https://login.test/', params: { client_secret: 'x' } } }),
    'fault',
    'token.params.client_secret',
    /take it out/,
  ],
  'a grant type among the parameters': [
    oauth({ refresh: { params: { grant_type: 'x' } } }),
    'fault',
    'refresh.params.grant_type',
    /take it out/,
  ],
  'an assertion of its own': [
    account({ token: { url: 'https://login.test/', params: { client_assertion: 'x' } } }),
    'fault',
    'token.params.client_assertion',
    /take it out/,
  ],

  'typed credentials for a page': [entered({ reach: 'direct' }), 'fault', 'reach', /say proxy/],
  "a login's token for a page": [login({ reach: 'direct' }), 'fault', 'reach', /say proxy/],
  'a bound token for a page': [oauth({ dpop: true, reach: 'direct' }), 'fault', 'reach', /say proxy/],
  'no origin of the API': [oauth({ apiOrigins: [] }), 'warning', 'apiOrigins', /name the origins/],
  'an assertion for nobody': [
    account({ token: { url: 'https://login.test/', auth: 'private_key_jwt' } }),
    'fault',
    'issuer',
    /assertion/,
  ],
  'no issuer': [oauth({ issuer: null }), 'warning', 'issuer', /RFC 9207/],
  'an issuer that is required and nobody': [
    oauth({ issuer: null, issuerRequired: true }),
    'fault',
    'issuerRequired',
    /name the issuer/,
  ],
  'a public client': [
    oauth({ token: { url: 'https://login.test/', auth: 'none' } }),
    'warning',
    'token.auth',
    /public/,
  ],
  'no PKCE': [
    oauth({ authorize: { url: 'https://login.test/', pkce: false } }),
    'warning',
    'authorize.pkce',
    /RFC 9700/,
  ],
  'no identity': [bent(oauth(), { identity: undefined }), 'warning', 'identity', /account id/],
}

for (const [name, [record, level, field, mend]] of Object.entries(rows))
  test(`the linter names the field and the mend: ${name}`, () => {
    const { findings } = lintConnector(record)
    const found = findings.find((finding) => finding.field === field && finding.level === level)
    assert.ok(found, JSON.stringify(findings))
    assert.match(found.mend, mend)
  })

test('of right records the linter has nothing to say', () => {
  const proxy = { api: { origin: 'https://api.test', paths: ['/v1/'] } }
  const records = [oauth(), entered(), account(), login(), bent(described, { ...api, method: 'custom' })]
  for (const record of records) assert.deepEqual(lintConnector({ ...record, proxy }).findings, [])
})

const explosive = [
  '(a+)+',
  '(a*)*b',
  '(a|a)*b',
  '(a|ab|b)*c',
  '(\\w+\\s?)*',
  '(x+x+)+y',
  '([a-zA-Z]+)*',
  '(.*)*',
  '(a?){30}a{30}',
  'a*a*a*b',
  '.*a.*b',
  '\\d+\\d+',
  '(?:[a-z]+[0-9]*)+',
  '^(([a-z])+.)+[A-Z]([a-z])+$',
]

test('a pattern that backtracks without end is refused, wherever it stands', () => {
  for (const pattern of explosive) {
    const started = performance.now()
    const typed = lintConnector(entered({ inputs: [{ ...text, pattern }] })).findings
    assert.ok(
      typed.some(
        ({ level, field, mend }) => level === 'fault' && field === 'inputs.host.pattern' && /many ways/.test(mend),
      ),
      pattern,
    )
    const told = lintConnector(oauth({ capture: { host: { from: 'token_response', path: 'h', pattern } } })).findings
    assert.ok(
      told.some(({ level, field }) => level === 'fault' && field === 'capture.host.pattern'),
      pattern,
    )
    assert.ok(performance.now() - started < 3_000, `${pattern} was judged in time`)
  }
})

test('every pattern of the catalogue judges the worst text at once', () => {
  const patterns = Object.values(catalogue).flatMap(({ inputs = [], capture = {} }) => [
    ...inputs.flatMap(({ pattern }) => pattern ?? []),
    ...Object.values(capture).flatMap(({ pattern }) => pattern ?? []),
  ])
  assert.ok(patterns.length > 10)
  const texts = ['a', '0', 'a.', 'a-', '-', '.', 'https://', 'https://a.'].map((part) => `${part.repeat(8_000)}!`)
  for (const pattern of patterns) {
    const started = performance.now()
    for (const one of texts) new RegExp(`^(?:${pattern})$`, 'u').test(one)
    assert.ok(performance.now() - started < 100, pattern)
  }
})

test('what is no record does no harm', () => {
  const deep = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`)
  const polluting = JSON.parse('{"__proto__":{"polluted":1},"method":"oauth2"}')
  for (const candidate of [undefined, null, 1, 'x', [], {}, deep, polluting, { method: 'oauth2', authorize: deep }])
    assert.equal(lintConnector(candidate).findings[0]?.level, 'fault')
  assert.equal(Reflect.get({}, 'polluted'), undefined)
})
