/** Who is calling: exactly one credential, of a kind that the route accepts. */

import { timingSafeEqual } from 'node:crypto'
import type { ConnectTokenRequest } from '../../protocol/connect-token.ts'
import { AuthenticationError, InvalidRequestError } from '../../protocol/errors.ts'
import type { CredentialKind, Route } from '../../protocol/routes.ts'
import type { Core } from '../core.ts'
import { sha256 } from '../digest.ts'
import { type Asker, scopesFor } from '../sessions/rows.ts'
import { findApiKey } from '../tokens/api-key.ts'
import { type ConnectGrant, findGrant, lifetimeSeconds, tagFor } from '../tokens/connect-token.ts'
import { maxJwtLength } from '../tokens/host-jwt.ts'
import { type Owner, type OwnerFields, defaultOrg, ownerOfFields, requireSameOwner } from '../tokens/owner.ts'
import { identify } from './context.ts'
import { requireOrigin } from './origin.ts'

export type Caller =
  | { readonly kind: 'public' }
  | { readonly kind: 'api_key'; readonly apiKeyId: string }
  | { readonly kind: 'connect_token'; readonly grant: ConnectGrant; readonly origin: string; readonly token: string }
  /** `mint` is the connect token that the host's JWT may be traded for. */
  | { readonly kind: 'host_jwt'; readonly mint: ConnectTokenRequest }
  | { readonly kind: 'metrics_token' }

/** What of a request tells who sends it. */
type Asked = Pick<Request, 'url' | 'headers'>

/**
 * Identifies the caller of a route.
 *
 * @throws {AuthenticationError} `credential_missing` · `credential_not_accepted` · `connect_token_invalid` ·
 *   `connect_token_expired` · `api_key_invalid` · `api_key_in_browser` · `jwt_invalid` · `metrics_token_invalid` ·
 *   `origin_not_allowed` · `action_not_allowed`
 * @throws {InvalidRequestError} `credential_ambiguous` · `credential_in_url` · `not_found`
 * @throws {NetworkError} `rate_limited` · `jwks_unavailable` (retryable)
 * @see RFC 6750 §2: header only, one way per request
 */
export async function authenticate(core: Core, request: Asked, route: Route): Promise<Caller> {
  if (route.accepts === 'public') return { kind: 'public' }
  refuseCredentialInUrl(new URL(request.url), route)
  if (route.accepts.includes('metrics_token') && !core.settings.metricsToken)
    throw new InvalidRequestError('not_found', 'There is no such route.')
  const credential = bearerOf(request)
  await core.rateLimits.countCredential(sha256(credential))
  return ways[kindOf(credential, route)](core, request, route, credential)
}

type Way = (core: Core, request: Asked, route: Route, credential: string) => Promise<Caller>

const ways: Readonly<Record<CredentialKind, Way>> = {
  api_key: authenticateApiKey,
  connect_token: authenticateToken,
  host_jwt: authenticateJwt,
  metrics_token: authenticateMetrics,
}

/** API keys and connect tokens are known by their beginning, everywhere; others only where they are accepted. */
function kindOf(credential: string, { accepts }: Route): CredentialKind {
  if (credential.startsWith('cak_')) return 'api_key'
  if (credential.startsWith('cct_')) return 'connect_token'
  if (accepts.includes('metrics_token')) return 'metrics_token'
  // Signed JWTs have three parts, encrypted ones five (RFC 7515 §7.1, RFC 7516 §7.1).
  const isJwt = accepts.includes('host_jwt') && /^[\w-]+(\.[\w-]*){2,4}$/.test(credential)
  return isJwt ? 'host_jwt' : 'connect_token'
}

async function authenticateMetrics(core: Core, _request: Asked, _route: Route, credential: string): Promise<Caller> {
  const own = Buffer.from(sha256(core.settings.metricsToken?.reveal() ?? ''))
  if (!timingSafeEqual(own, Buffer.from(sha256(credential))))
    throw new AuthenticationError('metrics_token_invalid', 'The metrics token is not valid. Send the configured one.')
  identify({ kind: 'metrics_token', id: '' })
  return { kind: 'metrics_token' }
}

async function authenticateToken(core: Core, request: Asked, route: Route, token: string): Promise<Caller> {
  if (!route.accepts.includes('connect_token')) throw notAccepted(route)
  const grant = await findGrant(core, token)
  const origin = requireOrigin(request, core.settings, grant.origins)
  if (route.action && !grant.actions.includes(route.action)) {
    throw new AuthenticationError(
      'action_not_allowed',
      `The connect token does not allow ${route.action}. Mint one with this action.`,
    )
  }
  return { kind: 'connect_token', grant, origin, token }
}

/** The trade of a JWT for a connect token, as the `jwt` option says; the token never outlives the JWT. */
async function authenticateJwt(core: Core, request: Asked, route: Route, token: string): Promise<Caller> {
  const { jwt } = core.settings
  if (!core.verifyJwt || !jwt) throw notAccepted(route)
  const { secondsLeft, ...who } = await core.verifyJwt(token)
  const { owner = 'user', actions, scopes, origins } = jwt
  const named = { ...who, org: who.org ?? defaultOrg, tenant: who.tenant ?? '', owner }
  identify({ kind: 'host_jwt', id: tagFor(core.spaceKey, { ...named, tokenSubject: who.subject }) })
  requireOrigin(request, core.settings, origins ?? [])
  const limits = { ...(actions && { actions }), ...(scopes && { scopes }), ...(origins && { origins }) }
  return { kind: 'host_jwt', mint: { ...named, ...limits, expiresInSeconds: Math.min(secondsLeft, lifetimeSeconds) } }
}

/** The owner a request is about: a token's own, or the one that an API key's request names. */
export function ownerFor(caller: Caller, fields: OwnerFields): Owner {
  if (caller.kind !== 'connect_token') return ownerOfFields(fields)
  requireSameOwner(fields, caller.grant)
  const { org, tenant, subject, owner } = caller.grant
  return { org, tenant, subject, owner }
}

/** The only scopes of a connector that a caller may hold; undefined: any. */
export function limitOf(caller: Caller, connectorId: string): readonly string[] | undefined {
  return caller.kind === 'connect_token' ? scopesFor(caller.grant.scopes, connectorId) : undefined
}

/** Who asks for an attempt: the page behind a connect token, or the host that names the owner. */
export function askerFor(caller: Caller, { tenant, org, subject, owner }: OwnerFields): Asker {
  const fields = { tenant, org, subject, owner }
  if (caller.kind !== 'connect_token') {
    const named = ownerOfFields(fields)
    return { kind: 'host', origin: '', owner: named, subject: subject ?? '', scopes: {}, label: '' }
  }
  const { grant, origin } = caller
  return {
    kind: 'page',
    origin,
    owner: ownerFor(caller, fields),
    subject: grant.tokenSubject,
    scopes: grant.scopes,
    label: grant.label,
  }
}

function bearerOf(request: Asked): string {
  const header = request.headers.get('authorization')
  if (header === null)
    throw new AuthenticationError(
      'credential_missing',
      'Send Authorization: Bearer with a connect token or an API key.',
    )
  // Two Authorization headers arrive joined by a comma, which no token of ours contains.
  if (header.includes(','))
    throw new InvalidRequestError('credential_ambiguous', 'The request carries two credentials. Send exactly one.')
  const match = header.length > maxJwtLength + 7 ? undefined : /^Bearer ([\x21-\x7e]+)$/i.exec(header)
  if (!match?.[1])
    throw new AuthenticationError('credential_missing', 'The Authorization header is not Bearer and a credential.')
  return match[1]
}

async function authenticateApiKey(core: Core, request: Asked, route: Route, key: string): Promise<Caller> {
  const apiKeyId = await findApiKey(core, key)
  if (apiKeyId !== undefined) identify({ kind: 'api_key', id: apiKeyId })
  // A same-origin GET of a browser carries no Origin; no server sends the other.
  if (request.headers.get('origin') !== null || request.headers.get('sec-fetch-site') !== null) {
    if (apiKeyId !== undefined) core.settings.logger.warn('an API key was sent from a browser', { apiKeyId })
    throw new AuthenticationError(
      'api_key_in_browser',
      'An API key was sent from a browser. Replace the key now, and use connect tokens there.',
    )
  }
  if (apiKeyId === undefined)
    throw new AuthenticationError('api_key_invalid', 'The API key is not valid. Check the one that is configured.')
  if (!route.accepts.includes('api_key')) throw notAccepted(route)
  return { kind: 'api_key', apiKeyId }
}

function notAccepted(route: Route): AuthenticationError {
  const kinds = route.accepts === 'public' ? 'none' : route.accepts.join(' or ')
  return new AuthenticationError('credential_not_accepted', `${route.method} ${route.path} takes ${kinds}.`)
}

const secretNames = ['access_token', 'token', 'api_key', 'apikey', 'authorization', 'auth_token']
/** A connect token, an API key, or a JWT, also inside a longer text. */
const secretShapes = /(^|[^\w-])(cct_[0-9a-f]{32}_|cak_[0-9a-f]{8}|eyJ[\w-]+\.eyJ[\w-]+\.)/

function refuseCredentialInUrl(url: URL, { name: route }: Route): void {
  for (const [name, value] of url.searchParams) {
    // A proxied query is the service's: what it calls `token` may be a page's name.
    const named = route !== 'proxy' && secretNames.includes(name.toLowerCase())
    const secret = named || secretShapes.test(value)
    if (secret)
      throw new InvalidRequestError(
        'credential_in_url',
        'A credential stands in the URL. Send it in the Authorization header, and replace it.',
      )
  }
}
