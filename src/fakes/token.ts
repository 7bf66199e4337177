/** The token endpoint: turns codes, refresh tokens, clients, devices and logins into tokens. */

import { approvedDevice } from './device.ts'
import { checkProof } from './dpop.ts'
import { type Fake, refuse, refuseClient, splitScopes } from './fake.ts'
import { type Family, type Issued, type Rotation, challengeOf } from './families.ts'
import { type FakeReply, type FakeRequest } from './http.ts'
import { build } from './json-path.ts'
import { one } from './parameters.ts'
import { fillAll } from './template.ts'
import { deadAnswer, errorAnswer, tokenAnswer } from './token-answer.ts'
import { type TokenRequest, readTokenRequest } from './token-request.ts'

/** Tokens, or the refusal. */
type Outcome = Issued | FakeReply

const isReply = (outcome: Outcome): outcome is FakeReply => 'status' in outcome

/** Answers a token request. */
export async function token(fake: Fake, request: FakeRequest): Promise<FakeReply> {
  const jkt = fake.says.dpop ? await checkProof(fake, request, 'token') : undefined
  if (jkt?.kind === 'answer') return jkt.reply
  const read = await readTokenRequest(fake, request)
  const wrongClient = refuseClient(fake, 'token', read.client)
  if (wrongClient) return wrongClient
  if (read.problems.length > 0) return refuse(fake, 'token', read.problems)
  const outcome = grant(fake, request, read, jkt?.jkt)
  return isReply(outcome) ? outcome : tokenAnswer(fake, outcome)
}

function grant(fake: Fake, request: FakeRequest, read: TokenRequest, jkt: string | undefined): Outcome {
  switch (read.kind) {
    case 'code':
      return redeem(fake, read, jkt)
    case 'refresh':
      return refresh(fake, read, jkt)
    case 'client':
      return first(fake, begin(fake, scopesAsked(fake, read)), false)
    case 'device':
      return device(fake, read, jkt)
    case 'login':
      return login(fake, request, read)
  }
}

/** RFC 6749 §4.1.3, RFC 7636 §4.6 */
function redeem(fake: Fake, { parameters }: TokenRequest, jkt: string | undefined): Outcome {
  const code = fake.families.take(one(parameters, 'code'))
  if (!code) return fault(fake, 'the code is not good, or was used before')
  if (fake.says.pkce && challengeOf(one(parameters, 'code_verifier')) !== code.challenge)
    return fault(fake, 'code_verifier does not belong to the challenge')
  const redirectUri = one(parameters, 'redirect_uri')
  if (redirectUri !== '' && code.redirectUri !== '' && redirectUri !== code.redirectUri)
    return fault(fake, 'redirect_uri is not the one of the authorization request')
  code.family.jkt = jkt
  return first(fake, code.family, true)
}

function refresh(fake: Fake, { parameters }: TokenRequest, jkt: string | undefined): Outcome {
  const rules = fake.says.refresh
  const rotation = rotationOf(fake)
  if (rotation === 'none') return fault(fake, 'this service has no refresh')
  const presented =
    rules.present === 'access_token'
      ? byAccessToken(fake, one(parameters, 'access_token'))
      : byRefreshToken(fake, one(parameters, 'refresh_token'))
  if ('status' in presented) return presented
  const { family, again } = presented
  if (family.jkt !== jkt) return fault(fake, 'the refresh token is bound to another key')
  if (again) return fake.families.again(family, fake.expiresInSeconds)
  return fake.families.renew(family, rules.present === 'access_token' ? 'never' : rotation, fake.expiresInSeconds)
}

/** What a refresh token or access token stands for; `again`: it was replaced, and is taken once more. */
interface Renewable {
  readonly family: Family
  readonly again: boolean
}

function byRefreshToken(fake: Fake, refreshToken: string): Renewable | FakeReply {
  const presented = fake.families.present(refreshToken)
  switch (presented.kind) {
    case 'good':
    case 'forgiven':
      return { family: presented.family, again: presented.kind === 'forgiven' }
    case 'dead':
      return deadAnswer(fake)
    case 'reused':
      return fault(fake, 'a refresh token was used that had been replaced')
    case 'unknown':
      return fault(fake, 'what was presented is no refresh token')
  }
}

function byAccessToken(fake: Fake, accessToken: string): Renewable | FakeReply {
  const family = fake.families.familyOf(accessToken)
  if (!family) return fault(fake, 'what was presented is no access token')
  return family.dead ? deadAnswer(fake) : { family, again: false }
}

/** RFC 8628 §3.4 and §3.5 */
function device(fake: Fake, { parameters }: TokenRequest, jkt: string | undefined): Outcome {
  const outcome = approvedDevice(fake, one(parameters, 'device_code'))
  if (outcome.kind === 'error') return errorAnswer(fake, outcome.error)
  const family = begin(fake, outcome.scopes)
  family.jkt = jkt
  return first(fake, family, true)
}

/** Credentials that a person typed: wrong ones are told in the service's own words, and are no fault. */
function login(fake: Fake, request: FakeRequest, { parameters }: TokenRequest): Outcome {
  const { token: rules, verify } = fake.says
  const params = Object.entries(fillAll(rules.params, fake.known))
  const headers = Object.entries(fillAll(rules.headers, fake.known))
  const right =
    params.every(([name, value]) => one(parameters, name) === value) &&
    headers.every(([name, value]) => request.headers[name.toLowerCase()] === value)
  if (right) return first(fake, begin(fake, []), true)
  if (rules.error) return errorAnswer(fake, 'invalid_credentials')
  const message = verify?.message?.[0] ?? 'error_description'
  const body = JSON.stringify(
    build([
      ['error', 'invalid_credentials'],
      [message, 'These credentials are not right.'],
    ]),
  )
  return { status: 401, headers: { 'content-type': 'application/json' }, body }
}

function begin(fake: Fake, scopes: readonly string[]): Family {
  return fake.families.begin({ account: { ...fake.account }, scopes, nonce: '' })
}

/** The first tokens of a grant: a refresh token only where one can be used. */
function first(fake: Fake, family: Family, refreshable: boolean): Issued {
  const withRefreshToken = refreshable && rotationOf(fake) !== 'none' && fake.says.refresh.present !== 'access_token'
  return fake.families.issue(family, { expiresInSeconds: fake.expiresInSeconds, withRefreshToken })
}

/** Where a record does not say: a login is repeated, an authorization is refreshed by a token that stays. */
function rotationOf({ says: { method, refresh: rules } }: Fake): Rotation {
  const repeated = method === 'two_step' && rules.url === undefined && rules.present === undefined
  return rules.rotation ?? (repeated ? 'none' : 'never')
}

function scopesAsked(fake: Fake, { parameters }: TokenRequest): readonly string[] {
  return splitScopes(fake, one(parameters, 'scope'))
}

/** A grant that was never given, or is used in a way that no right client would use it. */
function fault(fake: Fake, reason: string): FakeReply {
  refuse(fake, 'token', [reason])
  return deadAnswer(fake)
}
