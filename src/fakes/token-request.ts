/** Reads a token request as strictly as the record describes it: which grant, in which form, by which client. */

import type { TokenEndpoint } from '../protocol/token-endpoint.ts'
import { type ClientCheck, type ClientRule, checkClient, clientParameters } from './client.ts'
import { type Fake, scopeProblems } from './fake.ts'
import type { FakeRequest } from './http.ts'
import {
  type Expected,
  type NameRules,
  type Parameters,
  type Shape,
  compare,
  headerProblems,
  one,
  readPairs,
  standardNames,
} from './parameters.ts'
import { fillAll, fillUrl, target } from './template.ts'

/** What a token request asks for. */
export type GrantKind = 'code' | 'refresh' | 'client' | 'device' | 'login'

const deviceGrantType = 'urn:ietf:params:oauth:grant-type:device_code'

export interface TokenRequest {
  readonly kind: GrantKind
  readonly parameters: Parameters
  readonly client: ClientCheck
  readonly problems: readonly string[]
}

/** How the client authenticates at the token endpoint. */
export function clientRule(fake: Fake, method?: ClientRule['method']): ClientRule {
  const { token, issuer, urls } = fake.says
  const usual = fake.says.method === 'two_step' ? 'none' : 'client_secret_basic'
  return {
    method: method ?? token.auth ?? usual,
    raw: token.rawBasic === true,
    audience: fillUrl(issuer ?? urls.token ?? '', fake.known),
  }
}

/** Reads a token request and says what is wrong with it. */
export async function readTokenRequest(fake: Fake, request: FakeRequest): Promise<TokenRequest> {
  const { token } = fake.says
  const shape = shapeOf(fake, token)
  const kind = kindOf(fake, request, shape(''))
  const url = (kind === 'refresh' ? fake.says.urls.refresh : fake.says.urls.token) ?? ''
  const rules = rulesOf(fake, kind)
  const read = readPairs(request, shape(url))
  const { parameters, problems } = standardNames(read.pairs, rules)
  const login = fake.says.method === 'two_step'
  const rule = clientRule(fake)
  const anonymous = login && rule.method === 'none'
  const client = anonymous ? {} : clientParameters(rule)
  const expected = { ...grantParameters(fake, kind), ...fixedParameters(fake, kind), ...client }
  return {
    kind,
    parameters,
    client: anonymous ? { problems: [], wrong: false } : await checkClient(fake.client, rule, request, parameters),
    problems: [
      ...addressProblems(fake, request, url, kind),
      ...read.problems,
      ...problems,
      ...compare(parameters, { expected, allowed: allowedParameters(fake, kind, rule), omit: rules.omit }),
      ...headerProblems(request, login ? {} : fillAll(token.headers, fake.known)),
      ...(kind === 'client' && !rules.omit?.includes('scope') ? scopeProblems(fake, parameters) : []),
    ],
  }
}

function shapeOf(fake: Fake, token: TokenEndpoint): (url: string) => Shape {
  const method = token.method ?? 'POST'
  const body = method === 'GET' ? 'query' : (token.body ?? 'form')
  return (url) => ({ method, body, target: url ? target(url, fake.known) : { origin: '', path: '', query: {} } })
}

/** A record may have another endpoint for refreshing: then each takes its own grants only. */
function addressProblems(fake: Fake, request: FakeRequest, url: string, kind: GrantKind): readonly string[] {
  const { origin, path } = target(url, fake.known)
  const here = origin === request.origin && path === decodeURIComponent(request.path)
  return here ? [] : [`this endpoint does not take the grant "${kind}"`]
}

function kindOf(fake: Fake, request: FakeRequest, shape: Shape): GrantKind {
  const { pairs } = readPairs(request, shape)
  const { parameters } = standardNames(pairs, rulesOf(fake, 'refresh'))
  if (isRefresh(fake, parameters)) return 'refresh'
  const { method } = fake.says
  if (method === 'two_step') return 'login'
  if (method === 'client_credentials') return 'client'
  return one(parameters, 'grant_type') === deviceGrantType ? 'device' : 'code'
}

/** Told by the grant type; by what is presented, where a service gets no grant type. */
function isRefresh(fake: Fake, parameters: Parameters): boolean {
  const { refresh, token } = fake.says
  const type = one(parameters, 'grant_type')
  if (type !== '') return type === (refresh.grantType ?? 'refresh_token')
  const presented = presentedName(fake)
  return parameters.has(presented) && !Object.hasOwn(token.params ?? {}, presented)
}

function presentedName({ says: { refresh } }: Fake): 'access_token' | 'refresh_token' {
  return refresh.present ?? 'refresh_token'
}

function rulesOf(fake: Fake, kind: GrantKind): NameRules {
  const { token, refresh } = fake.says
  const again = kind === 'refresh'
  return {
    rename: { ...token.rename, ...(again ? refresh.rename : {}) },
    omit: [...(token.omit ?? []), ...((again && refresh.omit) || [])],
  }
}

function fixedParameters(fake: Fake, kind: GrantKind): Readonly<Record<string, Expected>> {
  const { token, refresh, method } = fake.says
  // What a person typed may be wrong without anybody's fault: that is looked at when the login is.
  if (method === 'two_step' && kind === 'login')
    return Object.fromEntries(Object.keys(token.params ?? {}).map((name) => [name, { any: true }]))
  const first = kind === 'refresh' && method === 'two_step' ? {} : token.params
  const fixed = fillAll({ ...first, ...(kind === 'refresh' ? refresh.params : {}) }, fake.known)
  return Object.fromEntries(Object.entries(fixed).map(([name, value]) => [name, { is: value }]))
}

function grantParameters(fake: Fake, kind: GrantKind): Readonly<Record<string, Expected>> {
  const { refresh, resource } = fake.says
  const resources = resource.length > 0 ? { resource: { each: resource } } : {}
  switch (kind) {
    case 'code':
      return { ...codeParameters(fake), ...resources }
    case 'refresh':
      return { grant_type: { is: refresh.grantType ?? 'refresh_token' }, [presentedName(fake)]: { any: true } }
    case 'client':
      return { grant_type: { is: 'client_credentials' }, ...resources }
    case 'device':
      return { grant_type: { is: deviceGrantType }, device_code: { any: true }, ...resources }
    case 'login':
      return {}
  }
}

/** RFC 6749 §4.1.3, RFC 7636 §4.5 */
function codeParameters(fake: Fake): Readonly<Record<string, Expected>> {
  return {
    grant_type: { is: 'authorization_code' },
    code: { any: true },
    ...(freeOfRedirectUri(fake) ? {} : { redirect_uri: { any: true } }),
    ...(fake.says.pkce ? { code_verifier: { any: true } } : {}),
  }
}

/** Named again only where the authorization request named it. */
function freeOfRedirectUri({ says: { authorize } }: Fake): boolean {
  return authorize.omit?.includes('redirect_uri') === true
}

function allowedParameters(fake: Fake, kind: GrantKind, rule: ClientRule): readonly string[] {
  const again = kind === 'refresh'
  return [
    ...(kind === 'client' ? ['scope'] : []),
    // RFC 8707 §2.2: a client may, and need not, name it again.
    ...(again ? ['resource'] : []),
    ...(freeOfRedirectUri(fake) ? ['redirect_uri'] : []),
    // RFC 7521 §4.2: optional beside an assertion.
    ...(rule.method === 'private_key_jwt' ? ['client_id'] : []),
  ]
}
