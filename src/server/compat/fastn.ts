/** Answers Fastn's clients: credentials, start and status, in their shapes and by our rules. */

import type { AuthSessionStatus } from '../../protocol/auth-session.ts'
import type { AnyCredentials } from '../../protocol/credentials.ts'
import { InvalidRequestError } from '../../protocol/errors.ts'
import { groupName } from '../../protocol/ids.ts'
import { readCredentials } from '../connections/read-credentials.ts'
import { connectionOf, requireConnection } from '../connections/rows.ts'
import type { Core } from '../core.ts'
import { type Caller, askerFor, limitOf, ownerFor } from '../http/authenticate.ts'
import { checked, readJson } from '../http/body.ts'
import { type Exchange, type Handler, requireReach } from '../http/handlers.ts'
import { createSession } from '../sessions/create.ts'
import { settledStatus } from '../sessions/finish.ts'
import { type SessionRow, requireSession } from '../sessions/rows.ts'
import type { OwnerFields } from '../tokens/owner.ts'
import { fastnCredentialsBody, fastnInitiateBody, fastnStatusBody } from './routes.ts'

/** `POST /api/ucl/connectorAuth`: what their clients call the credentials endpoint. */
export const fastnCredentials: Handler = async ({ core, request, caller }) => {
  requireSpace(core, request)
  const { input } = await readJson(request, fastnCredentialsBody)
  const { connectorId, refresh, connectionId = headerConnection(request) } = input
  const forPage = caller.kind === 'connect_token'
  if (forPage) await requireReach(core, connectorId)
  const owner = ownerFor(
    caller,
    fieldsOf(caller, { org: input.orgId, tenant: headerTenant(request), subject: input.subject }),
  )
  const limit = limitOf(caller, connectorId)
  const wanted = { owner, limit, connectorId, connectionId, forceRefresh: refresh }
  return { auth: authOf(await readCredentials(core, wanted, forPage), core.settings.now()) }
}

/** `POST /api/connections/initiate`: pending until the host completes it for the person who came back. */
export const fastnInitiate: Handler = async ({ core, request, caller }) => {
  requireSpace(core, request)
  const body = await readJson(request, fastnInitiateBody)
  const tenant = body.tenant_id ?? headerTenant(request)
  const fields = fieldsOf(caller, { org: body.org_id, tenant, subject: body.subject })
  const connection = body.connection_id === undefined ? {} : { connection: { id: body.connection_id } }
  const back = body.redirect_url === undefined ? {} : { returnUrl: body.redirect_url }
  // Fastn knows no persons: where none is named, whoever speaks for the tenant must be the one who comes back.
  const asker = askerFor(caller, { ...fields, subject: body.subject ?? tenant })
  const answer = await createSession(core, { connectorId: body.connector, ...connection, ...back }, asker, {
    connected: 'pending',
  })
  return {
    body: {
      connection_id: answer.id,
      auth_url: 'redirectUrl' in answer ? answer.redirectUrl : '',
      status: 'pending',
      expires_in: answer.expiresInSeconds,
    },
  }
}

/** `POST /api/connections/status`: of an attempt by its id, or of the connection that stands. */
export const fastnStatus: Handler = async (exchange) => {
  const { core, request, caller } = exchange
  requireSpace(core, request)
  const body = await readJson(request, fastnStatusBody)
  if (!('connector' in body)) return { body: await statusOfAttempt(exchange, body.connection_id) }
  const tenant = body.tenant_id ?? headerTenant(request)
  const owner = ownerFor(caller, fieldsOf(caller, { org: body.org_id, tenant, subject: body.subject }))
  const row = await requireConnection(core, owner, body.connector, body.connection_id ?? headerConnection(request))
  const { connectionId, status, createdAt, reason } = connectionOf(row, undefined)
  return {
    body: {
      connection_id: connectionId,
      connector: row.connector,
      status: status === 'active' ? 'active' : 'failed',
      tenant_id: row.tenant,
      created_at: createdAt,
      ...(reason === null ? {} : { error_message: reason }),
    },
  }
}

async function statusOfAttempt({ core, caller }: Exchange, id: string): Promise<object> {
  const row =
    caller.kind === 'connect_token' ? await requireSession(core, id, askerFor(caller, {})) : await anySession(core, id)
  const status = await settledStatus(core, row)
  return {
    connection_id: row.id,
    connector: row.connector,
    status: wordOf(status),
    tenant_id: row.tenant,
    created_at: new Date(Number(row.created_at)).toISOString(),
    ...(status.status === 'FAILED' ? { error_message: status.message } : {}),
  }
}

/** An API key may name any owner of its space, so it need not name this one. */
async function anySession(core: Core, id: string): Promise<SessionRow> {
  const row = await core.store.db
    .selectFrom('auth_session')
    .selectAll()
    .where('id', '=', id)
    .where('space', '=', core.settings.space)
    .executeTakeFirst()
  if (!row) throw new InvalidRequestError('not_found', 'There is no such connection.')
  return row
}

function wordOf({ status }: AuthSessionStatus): string {
  switch (status) {
    case 'INACTIVE':
      return 'pending'
    case 'ACTIVE':
      return 'active'
    case 'FAILED':
      return 'failed'
  }
}

/** Their names; connector-specific fields stand beside them, but no field may pass for a refresh token. */
function authOf(credentials: AnyCredentials, now: number): Readonly<Record<string, unknown>> {
  const { refresh_token: _, ...extra } = credentials.extra
  if (!('accessToken' in credentials)) return { ...extra, ...credentials.values }
  const { accessToken, tokenType, expiresInSeconds, scopes } = credentials
  const expires =
    expiresInSeconds === null ? {} : { expires_at: new Date(now + expiresInSeconds * 1_000).toISOString() }
  return { ...extra, access_token: accessToken, token_type: tokenType, ...expires, scope: scopes.join(' ') }
}

/** Without a person a connection is the tenant's: that is who owns one there. A connect token says itself whose it is. */
function fieldsOf(caller: Caller, fields: OwnerFields): OwnerFields {
  if (caller.kind === 'connect_token') return fields
  return { ...fields, owner: fields.subject === undefined ? 'shared' : 'user' }
}

/** One process serves one space; another's clients have come to the wrong place. */
function requireSpace(core: Core, request: Request): void {
  const space = request.headers.get('x-fastn-space-id')
  if (space !== null && space !== core.settings.space)
    throw new InvalidRequestError(
      'not_found',
      'There is no such space here. Send x-fastn-space-id as it is configured.',
    )
}

/** '' stands for a single tenant, like no header. */
const headerTenant = (request: Request) =>
  checked(groupName, request.headers.get('x-fastn-space-tenantid') ?? '') || undefined

/** Their clients send `default` always; it means whatever single connection there is. */
function headerConnection(request: Request): string | undefined {
  const id = request.headers.get('x-fastn-space-connection-id')
  return id === null || id === '' || id === 'default' ? undefined : id
}
