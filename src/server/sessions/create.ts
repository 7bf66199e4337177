/** Starts one attempt to authorize. */

import type { AuthSessionAnswer, AuthSessionRequest } from '../../protocol/auth-session.ts'
import type { OAuthConnector } from '../../protocol/connector.ts'
import { aboutConnection, record as recordEvent } from '../audit.ts'
import { writeDetails } from '../connections/details.ts'
import { resolveConnection } from '../connections/resolve.ts'
import { requireUsable } from '../connectors/client-faults.ts'
import { type ConfiguredConnector, requireOAuth, requireRecord } from '../connectors/find.ts'
import { saveRegistration } from '../connectors/registrations.ts'
import type { Core } from '../core.ts'
import { hmac, randomHex, randomToken, sha256 } from '../digest.ts'
import { inputsOf } from '../entered/fields.ts'
import { readValues } from '../entered/read-values.ts'
import { authorizationUrl } from '../oauth/authorization-request.ts'
import { type Contact, contactOf } from '../oauth/contact.ts'
import { type DeviceAuthorization, authorizeDevice } from '../oauth/device.ts'
import { createProofKey } from '../oauth/dpop.ts'
import { measured } from '../oauth/measured.ts'
import { type Road, chooseRoad } from './choose-road.ts'
import { chooseScopes } from './choose-scopes.ts'
import { type Asker, scopesFor } from './rows.ts'
import { sealDetails } from './sealed.ts'

/**
 * Creates an auth session on the road that fits the caller.
 *
 * @param returnParams - What a registered return URL gets beside the session and its completion code.
 * @throws {InvalidRequestError} `unknown_connector` · `connector_not_configured` · `wrong_method` · `scope_not_allowed` ·
 *   `callback_not_configured` · `invalid_redirect` · `invalid_input` · `connection_ambiguous`
 * @throws {AuthenticationError} `not_connected` when a named connection does not exist · `road_not_allowed` ·
 *   `authorization_refused` and `client_registration_refused` of a pushed request
 */
export async function createSession(
  core: Core,
  request: AuthSessionRequest,
  asker: Asker,
  returnParams: Readonly<Record<string, string>> = {},
): Promise<AuthSessionAnswer> {
  const connector = await connectorOf(core, request, asker)
  const { record } = connector
  const road = withReturnParams(chooseRoad(core.settings, record, request, asker), returnParams)
  const wanted = await resolveConnection(core, asker.owner, record.id, request.connection)
  const scopes = chooseScopes(record, request.scopes ?? [], scopesFor(asker.scopes, record.id), wanted.standing)
  const details = {
    inputs: readValues(inputsOf(record, true), request.inputs ?? {}),
    captured: {},
    ...(record.dpop ? { proofKey: await createProofKey() } : {}),
  }
  const contact = await contactOf(core.discover, connector, details)
  const start: Start = { road, contact, scopes, id: `as_${randomHex(128)}`, force: request.force === true }
  const begun = await begin(core, start)
  const place = { id: start.id, tenant: asker.owner.tenant }
  const row = {
    ...startingRow(core, asker, begun.expiresInSeconds),
    id: start.id,
    connector: record.id,
    registration: connector.registration,
    connection_id: wanted.connectionId,
    resolved: wanted.resolved ? 1 : 0,
    scopes: JSON.stringify(scopes),
    ...columnsOf(road),
    state_hash: sha256(begun.state),
    code_challenge: begun.codeChallenge,
    details: await sealDetails(core, place, { ...begun.kept, details: writeDetails(details) }),
  }
  await core.store.db.transaction().execute(async (trx) => {
    await trx.insertInto('auth_session').values(row).execute()
    await recordEvent(core, { event: 'auth_session.created', target: row.id, ...aboutConnection(row) }, trx)
  })
  return begun.answer
}

function withReturnParams(road: Road, params: Readonly<Record<string, string>>): Road {
  if (road.name !== 'host_callback') return road
  const url = new URL(road.returnTo)
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value)
  return { ...road, returnTo: url.href }
}

/** The host's own client id and secret for one call become a sealed registration. */
async function connectorOf(
  core: Core,
  request: AuthSessionRequest,
  asker: Asker,
): Promise<ConfiguredConnector<OAuthConnector>> {
  if (asker.kind === 'page' || !request.client) return requireOAuth(core, request.connectorId)
  const record = await requireRecord(core, request.connectorId)
  requireUsable(record, request.client)
  return requireOAuth(core, record.id, await saveRegistration(core, record.id, request.client))
}

interface Start {
  readonly road: Road
  readonly contact: Contact
  readonly scopes: readonly string[]
  readonly id: string
  readonly force: boolean
}

/** An attempt as it stands after its first words with the authorization server. */
interface Begun {
  readonly answer: AuthSessionAnswer
  readonly state: string
  readonly codeChallenge: string
  readonly expiresInSeconds: number
  /** What stays here, sealed. */
  readonly kept: {
    readonly verifier?: string
    readonly authorizationUrl?: string
    readonly deviceCode?: string
    readonly deviceIntervalSeconds?: string
  }
}

async function begin(core: Core, start: Start): Promise<Begun> {
  const { road } = start
  switch (road.name) {
    case 'app_callback':
    case 'loopback':
      return beginOpen(core, start, road)
    case 'bridge': {
      const { url, state, expiresInSeconds, ...soon } = await ask(core, start, road.redirectUri, road.codeChallenge)
      const { publicUrl, basePath } = core.settings
      const startUrl = `${publicUrl.origin}${basePath}/bridge`
      const answer = { id: start.id, road: road.name, redirectUrl: null, startUrl, expiresInSeconds, ...soon } as const
      return { answer, state, codeChallenge: road.codeChallenge, expiresInSeconds, kept: { authorizationUrl: url } }
    }
    case 'host_callback':
    case 'typed_code': {
      const verifier = randomToken()
      const codeChallenge = sha256(verifier)
      const { url, state, expiresInSeconds, ...soon } = await ask(core, start, road.redirectUri, codeChallenge)
      const answer = { id: start.id, road: road.name, redirectUrl: url, expiresInSeconds, ...soon } as const
      return { answer, state, codeChallenge, expiresInSeconds, kept: { verifier } }
    }
    case 'device':
      return beginDevice(
        start,
        await authorizeDevice(measured(core, start.contact.record.id, 'device'), start.contact, start.scopes),
      )
  }
}

/** The caller keeps the verifier and receives the answer itself. */
async function beginOpen(
  core: Core,
  { id, road, ...start }: Start,
  { name, redirectUri, codeChallenge }: Extract<Road, { readonly name: 'app_callback' | 'loopback' }>,
): Promise<Begun> {
  const { url, state, expiresInSeconds, ...soon } = await ask(core, { id, road, ...start }, redirectUri, codeChallenge)
  const { client, endpoints } = start.contact
  const answer = {
    id,
    stateKey: state,
    road: name,
    redirectUrl: url,
    redirectUri,
    clientId: client.clientId,
    issuer: endpoints.issuer,
    issuerRequired: endpoints.issuerRequired,
    expiresInSeconds,
    ...soon,
  }
  return { answer, state, codeChallenge, expiresInSeconds, kept: {} }
}

function beginDevice({ id }: Start, device: DeviceAuthorization): Begun {
  const { userCode, verificationUri, verificationUriComplete, intervalSeconds, expiresInSeconds } = device
  return {
    answer: {
      id,
      road: 'device',
      userCode,
      verificationUri,
      intervalSeconds,
      expiresInSeconds,
      ...(verificationUriComplete === undefined ? {} : { verificationUriComplete }),
    },
    // Nothing comes back on a redirect URI.
    state: randomToken(),
    codeChallenge: '',
    expiresInSeconds,
    kept: { deviceCode: device.deviceCode, deviceIntervalSeconds: String(intervalSeconds) },
  }
}

async function ask(core: Core, start: Start, redirectUri: string, codeChallenge: string) {
  const { contact, scopes, force } = start
  const state = randomToken()
  const nonce = nonceOf(core, start.id)
  const request = { contact, redirectUri, scopes, state, codeChallenge, nonce, force }
  const { url, expiresInSeconds: within } = await authorizationUrl(measured(core, contact.record.id, 'par'), request)
  const soon = within === undefined ? {} : { openWithinSeconds: within }
  return { url, state, expiresInSeconds: core.settings.limits.authSessionSeconds, ...soon }
}

function columnsOf(road: Road) {
  return {
    road: road.name,
    redirect_uri: road.name === 'device' ? '' : road.redirectUri,
    binding_hash: road.name === 'bridge' ? road.bindingHash : '',
    return_to: 'returnTo' in road ? road.returnTo : '',
    started_at: 0,
    parked: '',
    parked_until: 0,
    completion_hash: '',
    tries: 0,
  }
}

/** Whose attempt it is, and since when. */
function startingRow(core: Core, { owner, subject, origin, label }: Asker, expiresInSeconds: number) {
  const now = core.settings.now()
  return {
    space: core.settings.space,
    org: owner.org,
    tenant: owner.tenant,
    subject,
    owner: owner.owner,
    origin,
    label,
    status: 'INACTIVE',
    status_at: now,
    request_hash: '',
    outcome: '',
    created_at: now,
    expires_at: now + expiresInSeconds * 1_000,
  }
}

/** The nonce is derived from the session id, so the store never holds what an ID Token must carry. */
export function nonceOf(core: Core, sessionId: string): string {
  return hmac(core.spaceKey, ['nonce', sessionId]).toString('base64url')
}
