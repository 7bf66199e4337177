/** What each route does. */

import { apiKeyRequest } from '../../protocol/api-key.ts'
import { auditQuery } from '../../protocol/audit.ts'
import {
  authSessionRequest,
  completeRequest,
  progressQuery,
  redeemRequest,
  sessionQuery,
} from '../../protocol/auth-session.ts'
import { connectTokenRequest, revokeRequest } from '../../protocol/connect-token.ts'
import { connectorBody } from '../../protocol/connector-registration.ts'
import { AuthenticationError, NetworkError } from '../../protocol/errors.ts'
import { connectorId as connectorIdSchema } from '../../protocol/ids.ts'
import type { RouteName } from '../../protocol/paths.ts'
import { connectionsQuery, credentialsBody, disconnectBody, enterBody } from '../../protocol/routes.ts'
import { object } from '../../protocol/schema.ts'
import { readAudit } from '../audit.ts'
import { disconnect } from '../connections/disconnect.ts'
import { enterCredentials } from '../connections/enter.ts'
import { readCredentials } from '../connections/read-credentials.ts'
import { connectionOf, connectionRows } from '../connections/rows.ts'
import { requireConnector, usableConnectors } from '../connectors/find.ts'
import { publicConnectorOf, scopeRulesOf } from '../connectors/public.ts'
import { removeConnector, saveConnector } from '../connectors/save.ts'
import { routesOf } from '../compat/table.ts'
import type { Core } from '../core.ts'
import { requireKeys } from '../sealing/check-ring.ts'
import { createSession } from '../sessions/create.ts'
import { completeSession } from '../sessions/complete.ts'
import { awaitProgress } from '../sessions/progress.ts'
import { redeemSession } from '../sessions/redeem.ts'
import { settledStatus } from '../sessions/finish.ts'
import { requireSession } from '../sessions/rows.ts'
import { createApiKey, listApiKeys, revokeApiKey } from '../tokens/api-key.ts'
import { mintToken, revokeToken, revokeTokensOf } from '../tokens/connect-token.ts'
import { type Caller, askerFor, limitOf, ownerFor } from './authenticate.ts'
import { checked, readJson, readQuery } from './body.ts'
import { confirmBridge, enterBridge } from './bridge.ts'
import { answerCallback, redirectPostedCallback } from './callback.ts'
import { openApiDocument } from './openapi.ts'
import { proxyRequest } from './proxy.ts'

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
  listConnectors: async ({ core }) => ({ connectors: (await usableConnectors(core)).map(publicConnectorOf) }),
  saveConnector: async ({ core, request, params }) =>
    saveConnector(core, connectorIn(params), await readJson(request, connectorBody)),
  async removeConnector({ core, params }) {
    await removeConnector(core, connectorIn(params))
    return undefined
  },
  async createAuthSession({ core, request, caller }) {
    const body = await readJson(request, authSessionRequest)
    return createSession(core, body, askerFor(caller, body))
  },
  async getAuthSession({ core, params, url, caller }) {
    const asker = askerFor(caller, readQuery(url, sessionQuery))
    return settledStatus(core, await requireSession(core, params['sessionId'] ?? '', asker))
  },
  redeemAuthSession: redeem,
  async completeAuthSession({ core, request, params, caller }) {
    const { completionCode, ...fields } = await readJson(request, completeRequest)
    return completeSession(core, params['sessionId'] ?? '', completionCode, askerFor(caller, fields))
  },
  async getProgress({ core, request, params, url, caller }) {
    const { after } = readQuery(url, progressQuery)
    const asker = askerFor(caller, {})
    return { progress: await awaitProgress(core, params['sessionId'] ?? '', asker, after, request.signal) }
  },
  async listConnections({ core, url, caller }) {
    const { connectorId, ...fields } = readQuery(url, connectionsQuery)
    const rows = await connectionRows(core, ownerFor(caller, fields), connectorId)
    const rules = new Map((await usableConnectors(core)).map(({ record }) => [record.id, scopeRulesOf(record)]))
    return { connections: rows.map((row) => connectionOf(row, rules.get(row.connector))) }
  },
  async enterCredentials({ core, request, params, caller }) {
    const { values = {}, connection, ...fields } = await readJson(request, enterBody)
    const connectorId = connectorIn(params)
    return enterCredentials(core, {
      connectorId,
      values,
      connection,
      owner: ownerFor(caller, fields),
      limit: limitOf(caller, connectorId),
    })
  },
  async readCredentials({ core, request, params, caller }) {
    const { connectionId, scopes, forceRefresh, ...fields } = await readJson(request, credentialsBody)
    const connectorId = connectorIn(params)
    const forPage = caller.kind === 'connect_token'
    if (forPage) await requireReach(core, connectorId)
    const limit = limitOf(caller, connectorId)
    const owner = ownerFor(caller, fields)
    return readCredentials(core, { owner, limit, connectorId, connectionId, scopes, forceRefresh }, forPage)
  },
  async disconnect({ core, request, params, caller }) {
    const { connectionId, ...fields } = await readJson(request, disconnectBody)
    return disconnect(core, ownerFor(caller, fields), connectorIn(params), connectionId)
  },
  proxy: async ({ core, request, url, params, caller }) => proxyRequest(core, request, url, params, caller),
  callback: async ({ core, params, request }) =>
    answerCallback(core, { space: params['space'] ?? '', connectorId: params['connectorId'] ?? '' }, request),
  postedCallback: async ({ core, request }) => redirectPostedCallback(core, request),
  enterBridge: async ({ core, request }) => enterBridge(core, request),
  confirmBridge: async ({ core, request }) => confirmBridge(core, request),
  healthz: async () => ({ status: 'ok' }),
  async readyz({ core }) {
    if (core.life.draining) throw new NetworkError('draining', 'The process is about to end.', { retryable: true })
    await requireKeys(core.store, core.ring, core.settings.space)
    return { status: 'ready' }
  },
  openapi: async ({ core }) =>
    openApiDocument(`${core.settings.publicUrl.origin}${core.settings.basePath}`, routesOf(core.settings.compat)),
}

/** The outcome, with credentials read anew where the connect token may have them: an outcome that is stored never holds any. */
async function redeem({ core, request, params, caller }: Exchange): Promise<object> {
  const sessionId = params['sessionId'] ?? ''
  const body = await readJson(request, redeemRequest)
  const asker = askerFor(caller, body)
  const outcome = await redeemSession(core, sessionId, body, asker)
  const mayRead = caller.kind === 'connect_token' && caller.grant.actions.includes('read_token')
  if (outcome.status !== 'ACTIVE' || !mayRead) return outcome
  const { connector: connectorId } = await requireSession(core, sessionId, asker)
  try {
    await requireReach(core, connectorId)
    const limit = limitOf(caller, connectorId)
    const { connectionId } = outcome
    const credentials = await readCredentials(core, { owner: asker.owner, limit, connectorId, connectionId }, true)
    return { ...outcome, credentials }
  } catch (error) {
    if (error instanceof AuthenticationError && error.reason === 'proxy_only') return outcome
    // The connection stands; whoever asks for its token next learns what is wrong with it.
    core.settings.logger.warn('credentials could not be read after redemption', { sessionId, error })
    return outcome
  }
}

/** A browser never gets a token of a connector whose API is for the proxy only. */
export async function requireReach(core: Core, id: string): Promise<void> {
  const { record } = await requireConnector(core, id)
  if (record.reach !== 'proxy') return
  throw new AuthenticationError('proxy_only', `Tokens of ${id} do not reach a browser. Read them on your server.`)
}

function requireToken(caller: Caller): Extract<Caller, { kind: 'connect_token' }> {
  if (caller.kind === 'connect_token') return caller
  throw new AuthenticationError('credential_not_accepted', 'This route takes a connect token.')
}

function connectorIn(params: Readonly<Record<string, string>>): string {
  return checked(connectorIdSchema, params['connectorId'])
}
