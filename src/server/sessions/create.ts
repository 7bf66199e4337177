/** Starts one attempt to authorize. */

import type { AuthSessionCreated, AuthSessionRequest } from '../../protocol/auth-session.ts'
import type { ConnectorRecord } from '../../protocol/connector.ts'
import { AuthenticationError, InvalidRequestError } from '../../protocol/errors.ts'
import { connectionRows } from '../connections/rows.ts'
import { type Core, requireConnector } from '../core.ts'
import { hmac, randomHex, randomToken, sha256 } from '../digest.ts'
import { authorizationUrl } from '../oauth/authorization-request.ts'
import type { Settings } from '../options.ts'
import type { ConnectGrant } from '../tokens/connect-token.ts'
import type { Asker } from './rows.ts'

/**
 * Creates an auth session on the app-callback road.
 *
 * @throws {InvalidRequestError} `unknown_connector` · `connector_not_configured` · `scope_not_allowed` ·
 *   `callback_not_configured` · `connection_ambiguous`
 * @throws {AuthenticationError} `not_connected` when a named connection does not exist
 */
export async function createSession(
  core: Core,
  request: AuthSessionRequest,
  asker: Asker,
): Promise<AuthSessionCreated> {
  const { settings } = core
  const { grant, origin } = asker
  const { record, client } = requireConnector(settings, request.connectorId)
  const scopes = chooseScopes(record, grant, request.scopes ?? [])
  const redirectUri = redirectUriFor(settings, origin, record.id, request.framed === true)
  const wanted = await resolveConnection(core, grant, request)
  const state = randomToken()
  const id = `as_${randomHex(128)}`
  const nonce = nonceOf(core, id)
  await forgetOldSessions(core)
  await core.store.db
    .insertInto('auth_session')
    .values({
      ...startingRow(core, asker),
      id,
      connector: record.id,
      connection_id: wanted.connectionId,
      resolved: wanted.resolved ? 1 : 0,
      state_hash: sha256(state),
      redirect_uri: redirectUri,
      code_challenge: request.codeChallenge,
      scopes: JSON.stringify(scopes),
    })
    .execute()
  return {
    id,
    stateKey: state,
    road: 'app_callback',
    redirectUrl: authorizationUrl({
      record,
      clientId: client.clientId,
      redirectUri,
      scopes,
      state,
      codeChallenge: request.codeChallenge,
      nonce,
      force: request.force === true,
    }),
    redirectUri,
    clientId: client.clientId,
    issuer: record.issuer,
    issuerRequired: record.issuerRequired === true,
    expiresInSeconds: settings.limits.authSessionSeconds,
  }
}

/** Whose attempt it is, and since when. */
function startingRow(core: Core, { grant, origin }: Asker) {
  const now = core.settings.now()
  return {
    space: core.settings.space,
    org: grant.org,
    tenant: grant.tenant,
    subject: grant.tokenSubject,
    owner: grant.owner,
    origin,
    status: 'INACTIVE',
    status_at: now,
    request_hash: '',
    outcome: '',
    created_at: now,
    expires_at: now + core.settings.limits.authSessionSeconds * 1_000,
  }
}

/** The nonce is derived from the session id, so the store never holds what an ID Token must carry. */
export function nonceOf(core: Core, sessionId: string): string {
  return hmac(core.spaceKey, ['nonce', sessionId]).toString('base64url')
}

function chooseScopes(record: ConnectorRecord, grant: ConnectGrant, asked: readonly string[]): readonly string[] {
  const { default: usual = [], required = [], optional = [] } = record.authorize.scope ?? {}
  const offered = [...usual, ...required, ...optional]
  const allowed = grant.scopes[record.id] ?? offered
  for (const name of asked) {
    if (!offered.includes(name)) throw scopeNotAllowed(`${record.name} does not offer ${name}`)
    if (!allowed.includes(name)) throw scopeNotAllowed(`the connect token does not allow ${name}`)
  }
  return [...new Set([...usual.filter((name) => allowed.includes(name)), ...required, ...asked])]
}

function scopeNotAllowed(why: string): InvalidRequestError {
  return new InvalidRequestError('scope_not_allowed', `scopes: ${why}.`)
}

function redirectUriFor(settings: Settings, origin: string, connectorId: string, framed: boolean): string {
  const template = settings.callbacks.get(origin)
  if (!framed && template) return template.replaceAll('{connector}', connectorId)
  if (!framed && origin === settings.publicUrl.origin) return callbackUrl(settings, connectorId)
  const mend = framed
    ? 'A framed page cannot use it; open the page at the top level.'
    : `Configure callbacks for ${origin}.`
  throw new InvalidRequestError('callback_not_configured', `${origin} has no callback page of its own. ${mend}`)
}

/** The redirect URI on the backend: it names space and connector, so that no code is taken for another server's (RFC 9700 §4.4.2). */
export function callbackUrl(settings: Pick<Settings, 'publicUrl' | 'basePath' | 'space'>, connectorId: string): string {
  return `${settings.publicUrl.origin}${settings.basePath}/callback/${settings.space}/${connectorId}`
}

interface Wanted {
  readonly connectionId: string
  readonly resolved: boolean
}

async function resolveConnection(core: Core, grant: ConnectGrant, request: AuthSessionRequest): Promise<Wanted> {
  const { connection } = request
  if (connection && 'new' in connection && connection.new) return { connectionId: '', resolved: false }
  const rows = await connectionRows(core, grant, request.connectorId)
  if (connection && 'id' in connection) {
    const exists = rows.some((row) => row.connection_id === connection.id)
    // `default` may be asked for before it exists: it is the name of the first.
    if (!exists && connection.id !== 'default')
      throw new AuthenticationError('not_connected', `There is no connection ${connection.id}.`)
    return { connectionId: connection.id, resolved: false }
  }
  const [first, ...others] = rows
  if (others.length > 0)
    throw new InvalidRequestError(
      'connection_ambiguous',
      `There are ${rows.length} connections with ${request.connectorId}. Name one, or add another.`,
    )
  return first ? { connectionId: first.connection_id, resolved: false } : { connectionId: 'default', resolved: true }
}

/** Attempts are kept for an hour after their end, for answers to late retries. */
async function forgetOldSessions(core: Core): Promise<void> {
  const hourAgo = core.settings.now() - 3_600_000
  await core.store.db.deleteFrom('auth_session').where('expires_at', '<', hourAgo).execute()
}
