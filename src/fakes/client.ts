/** The client registration of a fake, and whether a request proves to be that client's. */

import { type CryptoKey, type JWK, exportJWK, generateKeyPair, jwtVerify } from 'jose'
import type { TokenEndpoint } from '../protocol/token-endpoint.ts'
import type { FakeRequest } from './http.ts'
import { type Expected, type Parameters, one } from './parameters.ts'

/** What a host registers with its backend. */
export interface FakeClient {
  readonly clientId: string
  readonly clientSecret?: string
  /** For `private_key_jwt`: a private JWK. */
  readonly privateKey?: Readonly<Record<string, unknown>>
}

/** The client as the fake knows it. */
export interface KnownClient {
  readonly method: ClientAuthMethod
  readonly client: FakeClient
  /** A person typed it, and may have typed it wrong. */
  readonly typed: boolean
  readonly publicKey: CryptoKey | undefined
  /** Assertions are used once (RFC 7523 §3). */
  readonly assertions: Set<string>
}

export type ClientAuthMethod = NonNullable<TokenEndpoint['auth']>

/** How a client must authenticate at one endpoint. */
export interface ClientRule {
  readonly method: ClientAuthMethod
  readonly raw: boolean
  /** The only audience of an assertion. */
  readonly audience: string
}

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Makes the registration that a record's way of authenticating needs. */
export async function registerClient(
  method: ClientAuthMethod,
  given: Partial<FakeClient>,
  typed: boolean,
): Promise<KnownClient> {
  // Each character is written differently by form-urlencoding (RFC 6749 appendix B).
  const clientId = given.clientId ?? 'fake.client+1'
  const plain = { method, typed, publicKey: undefined, assertions: new Set<string>() }
  if (method === 'none') return { ...plain, client: { clientId } }
  if (method !== 'private_key_jwt') {
    const clientSecret = given.clientSecret ?? 'fake-secret:+/%20=&~*'
    return { ...plain, client: { clientId, clientSecret } }
  }
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk: JWK = { ...(await exportJWK(privateKey)), kid: 'fake-key-1', alg: 'ES256' }
  return { ...plain, publicKey, client: { clientId, privateKey: { ...jwk } } }
}

/** The parameters that client authentication puts into a request. */
export function clientParameters({ method }: ClientRule): Readonly<Record<string, Expected>> {
  switch (method) {
    case 'client_secret_basic':
      return {}
    case 'client_secret_post':
      return { client_id: { any: true }, client_secret: { any: true } }
    case 'private_key_jwt':
      return { client_assertion_type: { is: assertionType }, client_assertion: { any: true } }
    case 'none':
      return { client_id: { any: true } }
  }
}

/** What a client says of itself. */
export interface ClientCheck {
  /** It does not say it as it must. */
  readonly problems: readonly string[]
  /** It says it rightly, and is another. */
  readonly wrong: boolean
}

/**
 * Checks a request's client authentication.
 *
 * @see RFC 6749 §2.3.1, RFC 7523 §3
 */
export async function checkClient(
  { client, publicKey, assertions }: KnownClient,
  rule: ClientRule,
  request: FakeRequest,
  parameters: Parameters,
): Promise<ClientCheck> {
  const header = request.headers['authorization']
  if (rule.method === 'client_secret_basic') return checkBasic(client, rule.raw, header)
  const problems = header === undefined ? [] : [`client authentication is ${rule.method}, not the Authorization header`]
  switch (rule.method) {
    case 'client_secret_post': {
      const same = one(parameters, 'client_id') === client.clientId
      return { problems, wrong: !same || one(parameters, 'client_secret') !== client.clientSecret }
    }
    case 'none':
      return { problems, wrong: parameters.has('client_id') && one(parameters, 'client_id') !== client.clientId }
    case 'private_key_jwt': {
      const assertion = one(parameters, 'client_assertion')
      const problem = await assertionProblem({ client, publicKey, assertions }, rule.audience, assertion)
      return { problems: problem ? [...problems, problem] : problems, wrong: false }
    }
  }
}

function checkBasic({ clientId, clientSecret = '' }: FakeClient, raw: boolean, header = ''): ClientCheck {
  const [, encoded] = /^Basic ([A-Za-z0-9+/]+=*)$/.exec(header) ?? []
  if (encoded === undefined)
    return { problems: ['client authentication is Basic, in the Authorization header'], wrong: false }
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  const isRaw = text === `${clientId}:${clientSecret}`
  const isEncoded = unform(text.slice(0, colon)) === clientId && unform(text.slice(colon + 1)) === clientSecret
  if (raw ? isRaw : isEncoded) return { problems: [], wrong: false }
  if (isRaw || isEncoded) return { problems: [`Basic must be ${raw ? 'raw' : 'form-urlencoded'} here`], wrong: false }
  return { problems: [], wrong: true }
}

function unform(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

async function assertionProblem(
  known: Pick<KnownClient, 'client' | 'publicKey' | 'assertions'>,
  audience: string,
  assertion: string,
): Promise<string | undefined> {
  const { clientId } = known.client
  if (!known.publicKey || assertion === '') return 'the client has no assertion'
  try {
    const { payload } = await jwtVerify(assertion, known.publicKey, {
      issuer: clientId,
      subject: clientId,
      audience,
      requiredClaims: ['exp', 'jti'],
      algorithms: ['ES256'],
    })
    if (typeof payload.aud !== 'string') return 'the audience of an assertion is one string'
    const id = String(payload.jti)
    if (known.assertions.has(id)) return 'the assertion was used before'
    known.assertions.add(id)
    return undefined
  } catch (error) {
    return `the assertion is not right: ${error instanceof Error ? error.message : 'unreadable'}`
  }
}
