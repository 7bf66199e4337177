/** The route table: what exists, who may call it, what goes in and what comes out. A route outside it does not exist. */

import { apiKeyCreated, apiKeyId, apiKeyRequest, apiKeys } from './api-key.ts'
import { auditPage, auditQuery } from './audit.ts'
import { authSessionCreated, authSessionRequest, authSessionStatus, redeemRequest, redeemed } from './auth-session.ts'
import { connectTokenAnswer, connectTokenRequest, revokeAnswer, revokeRequest } from './connect-token.ts'
import { connections, disconnected } from './connection.ts'
import { connectors } from './connector.ts'
import { credentials } from './credentials.ts'
import { connectionId, connectorId, groupName, scope, sessionId, subject } from './ids.ts'
import { type RouteName, paths } from './paths.ts'
import { type Schema, either, flag, list, object, oneOf } from './schema.ts'

/** The kinds of credential; a route accepts what it names and nothing else. */
export type CredentialKind = 'api_key' | 'connect_token' | 'host_jwt' | 'metrics_token'

export interface Route {
  readonly name: RouteName
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** `{name}` stands for one path segment. */
  readonly path: string
  readonly accepts: readonly CredentialKind[] | 'public'
  /** What a connect token must allow. */
  readonly action?: 'connect' | 'read_token' | 'disconnect'
  readonly params: Readonly<Record<string, Schema<string>>>
  readonly query?: Schema<unknown>
  readonly body?: Schema<unknown>
  /** Absent: the answer is a page or is empty. */
  readonly answer?: Schema<unknown>
  readonly status: number
  readonly summary: string
}

/** Whose connections are meant: named by an API key, told by a connect token (then absent or equal). */
const owner = { tenant: groupName, org: groupName, subject, owner: oneOf('user', 'shared') }

export const connectionsQuery = object({}, { ...owner, connectorId })
export const credentialsBody = object({}, { ...owner, connectionId, scopes: list(scope), forceRefresh: flag })
export const disconnectBody = object({}, { ...owner, connectionId })

const any = ['connect_token', 'api_key'] as const

function route(
  name: RouteName,
  fields: Omit<Route, 'name' | 'method' | 'path' | 'params' | 'status'> & Partial<Route>,
): Route {
  const [method, path] = paths[name].split(' ') as [Route['method'], string]
  return { params: {}, status: 200, ...fields, name, method, path }
}

export const routes: readonly Route[] = [
  route('createConnectToken', {
    accepts: ['api_key', 'host_jwt'],
    // A JWT says itself who is meant: then the body is an empty object.
    body: either(connectTokenRequest, object({})),
    answer: connectTokenAnswer,
    status: 201,
    summary: "Mints a connect token: for the subject that an API key names, or for the subject of the host's JWT.",
  }),
  route('revokeConnectTokens', {
    accepts: ['api_key'],
    body: revokeRequest,
    answer: revokeAnswer,
    summary: "Ends every connect token of one subject, at once on every replica; the subject's connections stay.",
  }),
  route('deleteConnectToken', {
    accepts: ['connect_token'],
    status: 204,
    summary: 'Ends the connect token that the request carries.',
  }),
  route('listConnectors', { accepts: any, answer: connectors, summary: 'Lists the connectors that can be connected.' }),
  route('createAuthSession', {
    accepts: ['connect_token'],
    action: 'connect',
    body: authSessionRequest,
    answer: authSessionCreated,
    status: 201,
    summary: 'Starts one attempt to authorize.',
  }),
  route('getAuthSession', {
    accepts: ['connect_token'],
    params: { sessionId },
    answer: authSessionStatus,
    summary: 'Tells how an attempt stands.',
  }),
  route('redeemAuthSession', {
    accepts: ['connect_token'],
    action: 'connect',
    params: { sessionId },
    body: redeemRequest,
    answer: redeemed,
    summary: 'Finishes an attempt with what came back on its redirect URI (RFC 6749 §4.1.3, RFC 7636 §4.5).',
  }),
  route('listConnections', {
    accepts: any,
    query: connectionsQuery,
    answer: connections,
    summary: "Lists the owner's connections.",
  }),
  route('readCredentials', {
    accepts: any,
    action: 'read_token',
    params: { connectorId },
    body: credentialsBody,
    answer: credentials,
    summary: 'Gives a valid access token, refreshed where it must be.',
  }),
  route('disconnect', {
    accepts: any,
    action: 'disconnect',
    params: { connectorId },
    body: disconnectBody,
    answer: disconnected,
    summary: 'Ends a connection and revokes its tokens at the authorization server (RFC 7009).',
  }),
  route('createApiKey', {
    accepts: ['api_key'],
    body: apiKeyRequest,
    answer: apiKeyCreated,
    status: 201,
    summary: 'Makes an API key; this answer is the only one that shows it.',
  }),
  route('listApiKeys', { accepts: ['api_key'], answer: apiKeys, summary: 'Lists API keys by their last four digits.' }),
  route('revokeApiKey', {
    accepts: ['api_key'],
    params: { apiKeyId },
    status: 204,
    summary: 'Ends an API key, at once on every replica.',
  }),
  route('listAudit', {
    accepts: ['api_key'],
    query: auditQuery,
    answer: auditPage,
    summary: 'Reads the audit, oldest first.',
  }),
  route('callback', {
    accepts: 'public',
    params: { space: groupName, connectorId },
    summary: 'The redirect URI: the page that hands the answer to the page that started.',
  }),
  route('healthz', {
    accepts: 'public',
    answer: object({ status: oneOf('ok') }),
    summary: 'Tells that the process runs.',
  }),
  route('readyz', {
    accepts: 'public',
    answer: object({ status: oneOf('ready') }),
    summary: 'Tells that the store answers and the keys fit.',
  }),
  route('metrics', {
    accepts: ['metrics_token'],
    summary: 'Metrics in the text format of Prometheus; not there unless a metrics token is configured.',
  }),
  route('openapi', { accepts: 'public', summary: 'This document.' }),
]
