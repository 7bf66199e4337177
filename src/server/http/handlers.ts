/** What each route does. */

import { apiKeyRequest } from '../../protocol/api-key.ts'
import { auditQuery } from '../../protocol/audit.ts'
import { authSessionRequest, redeemRequest } from '../../protocol/auth-session.ts'
import { connectTokenRequest, revokeRequest } from '../../protocol/connect-token.ts'
import type { ConnectorRecord, PublicConnector } from '../../protocol/connector.ts'
import { AuthenticationError, NetworkError } from '../../protocol/errors.ts'
import { connectorId as connectorIdSchema } from '../../protocol/ids.ts'
import type { RouteName } from '../../protocol/paths.ts'
import { connectionsQuery, credentialsBody, disconnectBody } from '../../protocol/routes.ts'
import { object } from '../../protocol/schema.ts'
import { readAudit } from '../audit.ts'
import { disconnect } from '../connections/disconnect.ts'
import { readCredentials } from '../connections/read-credentials.ts'
import { connectionOf, connectionRows } from '../connections/rows.ts'
import type { Core } from '../core.ts'
import { createSession } from '../sessions/create.ts'
import { redeemSession } from '../sessions/redeem.ts'
import { requireSession, statusOf } from '../sessions/rows.ts'
import { createApiKey, listApiKeys, revokeApiKey } from '../tokens/api-key.ts'
import { mintToken, revokeToken, revokeTokensOf } from '../tokens/connect-token.ts'
import { type Caller, ownerFor } from './authenticate.ts'
import { checked, readJson, readQuery } from './body.ts'
import { answerCallback } from './callback.ts'
import { openApiDocument } from './openapi.ts'

export interface Exchange {
  readonly core: Core
  readonly request: Request
  readonly url: URL
  readonly params: Readonly<Record<string, string>>
  readonly caller: Caller
}

/** An object becomes the JSON answer; undefined an empty one. */
export type Handler = (exchange: Exchange) => Promise<object | Response | undefined>

export const handlers: Readonly<Record<RouteName, Handler>> = {
  async createConnectToken({ core, request, caller }) {
    if (caller.kind !== 'host_jwt') return mintToken(core, await readJson(request, connectTokenRequest))
    // The JWT says it all: a field beside it could only contradict it.
    await readJson(request, object({}))
    return mintToken(core, caller.mint)
  },
  revokeConnectTokens: async ({ core, request }) => ({
    revoked: await revokeTokensOf(core, await readJson(request, revokeRequest)),
  }),
  async deleteConnectToken({ core, caller }) {
    const { token, grant } = requireToken(caller)
    await revokeToken(core, token, grant)
    return undefined
  },
  createApiKey: async ({ core, request }) => createApiKey(core, await readJson(request, apiKeyRequest)),
  listApiKeys: async ({ core }) => listApiKeys(core),
  async revokeApiKey({ core, params }) {
    await revokeApiKey(core, params['apiKeyId'] ?? '')
    return undefined
  },
  listAudit: async ({ core, url }) => readAudit(core, readQuery(url, auditQuery)),
  async metrics({ core }) {
    return new Response(await core.metrics.text(), { headers: { 'content-type': core.metrics.contentType } })
  },
  listConnectors: async ({ core }) => ({
    connectors: [...core.settings.connectors.values()]
      .filter(({ id }) => core.settings.clients.has(id))
      .map(publicConnectorOf),
  }),
  createAuthSession: async ({ core, request, caller }) =>
    createSession(core, await readJson(request, authSessionRequest), requireToken(caller)),
  getAuthSession: async ({ core, params, caller }) =>
    statusOf(core, await requireSession(core, params['sessionId'] ?? '', requireToken(caller))),
  redeemAuthSession: redeem,
  async listConnections({ core, url, caller }) {
    const { connectorId, ...fields } = readQuery(url, connectionsQuery)
    const rows = await connectionRows(core, ownerFor(caller, fields), connectorId)
    return { connections: rows.map(connectionOf) }
  },
  async readCredentials({ core, request, params, caller }) {
    const { connectionId, scopes, forceRefresh, ...fields } = await readJson(request, credentialsBody)
    const id = connectorIn(params)
    if (caller.kind === 'connect_token') requireReach(core, id)
    return readCredentials(core, {
      owner: ownerFor(caller, fields),
      limit: caller.kind === 'connect_token' ? caller.grant.scopes[id] : undefined,
      connectorId: id,
      connectionId,
      scopes,
      forceRefresh,
    })
  },
  async disconnect({ core, request, params, caller }) {
    const { connectionId, ...fields } = await readJson(request, disconnectBody)
    return disconnect(core, ownerFor(caller, fields), connectorIn(params), connectionId)
  },
  callback: async ({ core, params, url }) =>
    answerCallback(core, params['space'] ?? '', params['connectorId'] ?? '', url),
  healthz: async () => ({ status: 'ok' }),
  async readyz({ core }) {
    if (core.life.draining) throw new NetworkError('draining', 'The process is about to end.', { retryable: true })
    await core.store.db.selectFrom('meta').select('name').limit(1).execute()
    return { status: 'ready' }
  },
  openapi: async ({ core }) => openApiDocument(`${core.settings.publicUrl.origin}${core.settings.basePath}`),
}

/** The outcome, with credentials read anew where the connect token may have them: an outcome that is stored never holds any. */
async function redeem({ core, request, params, caller }: Exchange): Promise<object> {
  const asker = requireToken(caller)
  const outcome = await redeemSession(core, params['sessionId'] ?? '', await readJson(request, redeemRequest), asker)
  if (outcome.status === 'FAILED' || !asker.grant.actions.includes('read_token')) return outcome
  const session = await requireSession(core, params['sessionId'] ?? '', asker)
  if (core.settings.connectors.get(session.connector)?.reach !== 'direct') return outcome
  try {
    const credentials = await readCredentials(core, {
      owner: ownerFor(caller, {}),
      limit: asker.grant.scopes[session.connector],
      connectorId: session.connector,
      connectionId: outcome.connectionId,
    })
    return { ...outcome, credentials }
  } catch (error) {
    // The connection stands; whoever asks for its token next learns what is wrong with it.
    core.settings.logger.warn('credentials could not be read after redemption', { sessionId: session.id, error })
    return outcome
  }
}

/** A browser never gets a token of a connector whose API is for the proxy only. */
function requireReach(core: Core, id: string): void {
  if (core.settings.connectors.get(id)?.reach !== 'proxy') return
  throw new AuthenticationError('proxy_only', `Tokens of ${id} do not reach a browser. Read them on your server.`)
}

function requireToken(caller: Caller): Extract<Caller, { kind: 'connect_token' }> {
  if (caller.kind === 'connect_token') return caller
  throw new AuthenticationError('credential_not_accepted', 'This route takes a connect token.')
}

function connectorIn(params: Readonly<Record<string, string>>): string {
  return checked(connectorIdSchema, params['connectorId'])
}

function publicConnectorOf(record: ConnectorRecord): PublicConnector {
  const { id, name, category, method, reach, apiOrigins, monogram, icon } = record
  const { default: usual = [], required = [], optional = [] } = record.authorize.scope ?? {}
  return {
    id,
    name,
    category,
    method,
    reach,
    apiOrigins,
    scopes: { default: usual, required, optional },
    ...(monogram === undefined ? {} : { monogram }),
    ...(icon === undefined ? {} : { icon }),
  }
}
