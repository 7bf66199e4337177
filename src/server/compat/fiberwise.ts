/** Answers Fiberwise's clients about a person's connections: start, complete, list, revoke. */

import { InvalidRequestError } from '../../protocol/errors.ts'
import { disconnect } from '../connections/disconnect.ts'
import { connectionRows } from '../connections/rows.ts'
import { usableConnectors } from '../connectors/find.ts'
import { scopeRulesOf } from '../connectors/public.ts'
import type { Core } from '../core.ts'
import { type Caller, askerFor, ownerFor } from '../http/authenticate.ts'
import { readJson, readQuery } from '../http/body.ts'
import type { Exchange, Handler } from '../http/handlers.ts'
import { completeSession } from '../sessions/complete.ts'
import { createSession } from '../sessions/create.ts'
import { requireSession } from '../sessions/rows.ts'
import type { Owner, OwnerFields } from '../tokens/owner.ts'
import { connectorIdOf } from './provider-files.ts'
import { fiberwiseCompleteBody, fiberwiseOwnerQuery, fiberwiseStartQuery } from './routes.ts'

/** `GET /api/v1/credentials/auth/{provider}`: the person's way begins here, and ends only with `complete`. */
export const fiberwiseStart: Handler = async ({ core, url, params, caller }) => {
  const { return_to: returnUrl, app_id: appId, subject } = readQuery(url, fiberwiseStartQuery)
  const connectorId = providerIn(params)
  const asker = askerFor(caller, fieldsOf(caller, { org: appId || undefined, subject }))
  const answer = await createSession(core, { connectorId, returnUrl }, asker, {
    connected: 'pending',
    authenticator: connectorId,
    app_id: appId ?? '',
  })
  const location = 'redirectUrl' in answer ? (answer.redirectUrl ?? '') : ''
  return new Response(null, { status: 302, headers: { location } })
}

/** What turns `connected=pending` into `connected=true`: the host's own request for the person who came back. */
export const fiberwiseComplete: Handler = async ({ core, request, caller }) => {
  const { session, completion, app_id: appId, subject } = await readJson(request, fiberwiseCompleteBody)
  const asker = askerFor(caller, fieldsOf(caller, { org: appId || undefined, subject }))
  const outcome = await completeSession(core, session, completion, asker)
  const { return_to: place } = await requireSession(core, session, asker)
  const back = URL.canParse(place) ? new URL(place) : undefined
  back?.searchParams.set('connected', String(outcome.status === 'ACTIVE'))
  const returnTo = { return_to: back?.href ?? '' }
  if (outcome.status === 'FAILED') return { success: false, status: 'failed', ...returnTo, error: outcome.message }
  return { success: true, status: 'connected', ...returnTo }
}

/** `GET /api/v1/credentials/oauth/connections` */
export const fiberwiseConnections: Handler = async (exchange) => {
  const rows = await connectionRows(exchange.core, ownerIn(exchange))
  return rows.map((row) => ({
    provider_type: row.connector,
    app_id: row.org,
    created_at: new Date(Number(row.created_at)).toISOString(),
    status: row.status === 'needs_reconnect' ? 'expired' : 'active',
    connection_id: row.connection_id,
  }))
}

/** `DELETE /api/v1/credentials/oauth/connections/{provider}` */
export const fiberwiseDisconnect: Handler = async (exchange) => {
  await disconnect(exchange.core, ownerIn(exchange), providerIn(exchange.params))
  return revoked
}

/** `POST /api/v1/apps/{appId}/oauth/revoke/{connection}`: the list names a connection by its provider. */
export const fiberwiseRevoke: Handler = async (exchange) => {
  const owner = ownerIn(exchange)
  const named = exchange.params['connection'] ?? ''
  const own = /^[0-9a-f]{32}$/.test(named) ? await connectionRows(exchange.core, owner) : []
  const row = own.find(({ connection_id: id }) => id === named)
  if (row) await disconnect(exchange.core, owner, row.connector, named)
  else await disconnect(exchange.core, owner, connectorIdOf(named, 'the path'))
  return revoked
}

const revoked = { success: true, message: 'OAuth connection revoked successfully' }

/** `GET /api/v1/apps/{appId}/service-providers` */
export const fiberwiseServiceProviders: Handler = async (exchange) => {
  const { core } = exchange
  const owner = ownerIn(exchange)
  const rows = await connectionRows(core, owner)
  const open = await openAttempts(core, owner)
  return (await usableConnectors(core)).map(({ record }) => {
    const connected = rows.some(({ connector, status }) => connector === record.id && status !== 'needs_reconnect')
    const waiting = open.has(record.id) ? 'pending' : 'disconnected'
    return {
      authenticator_id: record.id,
      name: record.name,
      authenticator_type: record.method,
      scopes: scopeRulesOf(record)?.default ?? [],
      is_connected: connected,
      connection_status: connected ? 'connected' : waiting,
    }
  })
}

/** Connectors with an attempt that may still come to something. */
async function openAttempts(core: Core, { org, tenant, subject }: Owner): Promise<ReadonlySet<string>> {
  const rows = await core.store.db
    .selectFrom('auth_session')
    .select('connector')
    .distinct()
    .where('space', '=', core.settings.space)
    .where('org', '=', org)
    .where('tenant', '=', tenant)
    .where('subject', '=', subject)
    .where('status', '=', 'INACTIVE')
    .where('expires_at', '>', core.settings.now())
    .execute()
  return new Set(rows.map(({ connector }) => connector))
}

/** Their `app_id` is our org; it stands in the path, in the query, or in both alike. */
function ownerIn({ url, params, caller }: Exchange): Owner {
  const { app_id: asked, subject } = readQuery(url, fiberwiseOwnerQuery)
  const inPath = params['appId']
  if (asked !== undefined && inPath !== undefined && asked !== inPath)
    throw new InvalidRequestError('invalid_request', 'app_id: is another one than in the path.')
  return ownerFor(caller, fieldsOf(caller, { org: (inPath ?? asked) || undefined, subject }))
}

/** A connect token says whose connections are meant; an API key names the person, or means the app's shared ones. */
function fieldsOf(caller: Caller, fields: OwnerFields): OwnerFields {
  if (caller.kind === 'connect_token') return fields
  return { ...fields, owner: fields.subject === undefined ? 'shared' : 'user' }
}

const providerIn = (params: Exchange['params']) => connectorIdOf(params['provider'] ?? '', 'the path')
