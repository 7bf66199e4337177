/** Who is calling: exactly one credential, of a kind that the route accepts. */

import { timingSafeEqual } from 'node:crypto'
import { AuthenticationError, InvalidRequestError } from '../../protocol/errors.ts'
import type { Route } from '../../protocol/routes.ts'
import type { Core } from '../core.ts'
import { sha256 } from '../digest.ts'
import { type ConnectGrant, findGrant } from '../tokens/connect-token.ts'
import { type Owner, type OwnerFields, ownerOfFields, requireSameOwner } from '../tokens/owner.ts'
import type { Asker } from '../sessions/rows.ts'
import { requireOrigin } from './origin.ts'

export type Caller =
  | { readonly kind: 'public' }
  | { readonly kind: 'api_key' }
  | { readonly kind: 'connect_token'; readonly grant: ConnectGrant; readonly origin: string; readonly token: string }

/**
 * Identifies the caller of a route.
 *
 * @throws {AuthenticationError} `credential_missing` · `credential_not_accepted` · `connect_token_invalid` ·
 *   `connect_token_expired` · `api_key_invalid` · `api_key_in_browser` · `origin_not_allowed` · `action_not_allowed`
 * @throws {InvalidRequestError} `credential_ambiguous` · `credential_in_url`
 * @see RFC 6750 §2: header only, one way per request
 */
export async function authenticate(core: Core, request: Request, route: Route): Promise<Caller> {
  if (route.accepts === 'public') return { kind: 'public' }
  refuseCredentialInUrl(new URL(request.url))
  const credential = bearerOf(request)
  if (credential.startsWith('cak_')) return authenticateApiKey(core, request, route, credential)
  if (!route.accepts.includes('connect_token')) throw notAccepted(route)
  const grant = await findGrant(core, credential)
  const origin = requireOrigin(request, core.settings, grant.origins)
  if (route.action && !grant.actions.includes(route.action)) {
    throw new AuthenticationError(
      'action_not_allowed',
      `The connect token does not allow ${route.action}. Mint one with this action.`,
    )
  }
  return { kind: 'connect_token', grant, origin, token: credential }
}

/** The owner a request is about: a token's own, or the one that an API key's request names. */
export function ownerFor(caller: Caller, fields: OwnerFields): Owner {
  if (caller.kind !== 'connect_token') return ownerOfFields(fields)
  requireSameOwner(fields, caller.grant)
  const { org, tenant, subject, owner } = caller.grant
  return { org, tenant, subject, owner }
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

function bearerOf(request: Request): string {
  const header = request.headers.get('authorization')
  if (header === null)
    throw new AuthenticationError(
      'credential_missing',
      'Send Authorization: Bearer with a connect token or an API key.',
    )
  // Two Authorization headers arrive joined by a comma, which no token of ours contains.
  if (header.includes(','))
    throw new InvalidRequestError('credential_ambiguous', 'The request carries two credentials. Send exactly one.')
  const match = /^Bearer ([\x21-\x7e]{1,500})$/i.exec(header)
  if (!match?.[1])
    throw new AuthenticationError('credential_missing', 'The Authorization header is not Bearer and a credential.')
  return match[1]
}

function authenticateApiKey(core: Core, request: Request, route: Route, key: string): Caller {
  if (request.headers.get('origin') !== null) {
    throw new AuthenticationError(
      'api_key_in_browser',
      'An API key was sent from a browser. Replace the key now, and use connect tokens there.',
    )
  }
  const digest = Buffer.from(sha256(key))
  const known = core.settings.apiKeys.filter((own) => timingSafeEqual(Buffer.from(sha256(own.reveal())), digest))
  if (known.length === 0)
    throw new AuthenticationError('api_key_invalid', 'The API key is not valid. Check the configured one.')
  if (route.accepts === 'public' || !route.accepts.includes('api_key')) throw notAccepted(route)
  return { kind: 'api_key' }
}

function notAccepted(route: Route): AuthenticationError {
  const kinds = route.accepts === 'public' ? 'none' : route.accepts.join(' or ')
  return new AuthenticationError('credential_not_accepted', `${route.method} ${route.path} takes ${kinds}.`)
}

const secretNames = ['access_token', 'token', 'api_key', 'apikey', 'authorization', 'auth_token']

function refuseCredentialInUrl(url: URL): void {
  for (const [name, value] of url.searchParams) {
    const secret = secretNames.includes(name.toLowerCase()) || /^(cct_|cak_)/.test(value)
    if (secret)
      throw new InvalidRequestError(
        'credential_in_url',
        'A credential stands in the URL. Send it in the Authorization header, and replace it.',
      )
  }
}
