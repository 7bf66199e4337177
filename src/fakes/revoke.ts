/** The revocation endpoint, in whichever style the record describes. */

import { type ClientRule, checkClient, clientParameters } from './client.ts'
import { type Fake, refuse, refuseClient } from './fake.ts'
import { type FakeReply, type FakeRequest, json } from './http.ts'
import { type Expected, compare, headerProblems, one, readPairs, standardNames } from './parameters.ts'
import { fillAll, target } from './template.ts'
import { clientRule } from './token-request.ts'

/**
 * Ends a grant.
 *
 * @see RFC 7009 §2
 */
export async function revoke(fake: Fake, request: FakeRequest): Promise<FakeReply> {
  const style = styleOf(fake)
  const read = readPairs(request, {
    method: style.method,
    body: style.body,
    target: target(fake.says.urls.revoke ?? '', fake.known),
  })
  const { parameters, problems } = standardNames(read.pairs, { rename: { token: style.param } })
  const check = style.rule
    ? await checkClient(fake.client, style.rule, request, parameters)
    : { problems: bearerProblems(fake, request), wrong: false }
  const wrongClient = refuseClient(fake, 'revoke', check)
  if (wrongClient) return wrongClient
  const token = style.body === 'none' ? bearerOf(request) : one(parameters, 'token')
  const allowed = ['token_type_hint', ...(style.rule ? ['client_id'] : [])]
  const all = [
    ...read.problems,
    ...problems,
    ...compare(parameters, { expected: expectedOf(fake, style), allowed }),
    ...headerProblems(request, fillAll(style.headers, fake.known)),
    ...kindProblems(fake, token),
  ]
  if (all.length > 0) return refuse(fake, 'revoke', all)
  fake.families.revoke(token)
  return json(200, { ok: true })
}

interface Style {
  readonly method: 'POST' | 'GET' | 'DELETE'
  readonly body: 'form' | 'json' | 'query' | 'none'
  readonly param: string
  readonly headers: Readonly<Record<string, string>>
  /** undefined: the access token itself is the proof. */
  readonly rule: ClientRule | undefined
}

/** The record's style, or that of RFC 7009. */
function styleOf(fake: Fake): Style {
  const { method = 'POST', body = 'form', param = 'token', headers = {}, auth } = fake.says.revoke ?? {}
  const rule = auth === 'bearer' ? undefined : clientRule(fake, auth)
  return { method, body: method === 'GET' && body !== 'none' ? 'query' : body, param, headers, rule }
}

function expectedOf(fake: Fake, { body, rule }: Style): Readonly<Record<string, Expected>> {
  // A revocation without parameters leaves no room for a token or a client.
  if (body === 'none') return {}
  return { token: { any: true }, ...fixed(fake), ...(rule ? clientParameters(rule) : {}) }
}

function fixed(fake: Fake): Readonly<Record<string, Expected>> {
  const params = Object.entries(fillAll(fake.says.revoke?.params, fake.known))
  return Object.fromEntries(params.map(([name, value]) => [name, { is: value }]))
}

function bearerOf(request: FakeRequest): string {
  return /^Bearer (.+)$/.exec(request.headers['authorization'] ?? '')?.[1] ?? ''
}

function bearerProblems(fake: Fake, request: FakeRequest): readonly string[] {
  const known = fake.families.kindOf(bearerOf(request)) === 'access'
  return known ? [] : ['the access token must stand in the Authorization header']
}

/** Which token ends the grant; where none was given to refresh with, it is the access token. */
function kindProblems(fake: Fake, token: string): readonly string[] {
  const family = fake.families.familyOf(token)
  const refreshable = family ? family.refreshToken !== '' : true
  const wanted = fake.says.revoke?.token === 'access' || !refreshable ? 'access' : 'refresh'
  const kind = fake.families.kindOf(token)
  // RFC 7009 §2.2: a token that nobody knows is as good as revoked.
  return kind === 'unknown' || kind === wanted ? [] : [`the ${wanted} token is revoked here, not the ${kind} token`]
}
