/** The route table: what exists, who may call it, what goes in and what comes out. A route outside it does not exist. */

import { apiKeyCreated, apiKeyId, apiKeyRequest, apiKeys } from './api-key.ts'
import { auditPage, auditQuery } from './audit.ts'
import {
  authSessionAnswer,
  authSessionRequest,
  authSessionStatus,
  completeRequest,
  entered,
  progress,
  progressQuery,
  redeemRequest,
  redeemedAnswer,
  sessionQuery,
  wantedConnection,
} from './auth-session.ts'
import { connectTokenAnswer, connectTokenRequest, revokeAnswer, revokeRequest } from './connect-token.ts'
import { connections, disconnected } from './connection.ts'
import { listedConnectors } from './connector.ts'
import { connectorBody, savedConnector } from './connector-registration.ts'
import { anyCredentials } from './credentials.ts'
import { codeVerifier, connectionId, connectorId, groupName, scope, sessionId, subject } from './ids.ts'
import { inputValues } from './inputs.ts'
import { type RouteName, paths } from './paths.ts'
import { type Schema, either, flag, list, object, oneOf, text } from './schema.ts'

/** The kinds of credential; a route accepts what it names and nothing else. */
export type CredentialKind = 'api_key' | 'connect_token' | 'host_jwt' | 'metrics_token'

export interface Route<N extends string = string> {
  readonly name: N
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'ANY'
  /** `{name}` stands for one path segment, `{path}` for all that follow. */
  readonly path: string
  readonly accepts: readonly CredentialKind[] | 'public'
  /** What a connect token must allow. */
  readonly action?: 'connect' | 'read_token' | 'proxy' | 'disconnect'
  readonly params: Readonly<Record<string, Schema<string>>>
  readonly query?: Schema<unknown>
  readonly body?: Schema<unknown>
  /** The body's media type; JSON where absent. */
  readonly bodyType?: 'application/x-www-form-urlencoded'
  /** Absent: the answer is a page or is empty. */
  readonly answer?: Schema<unknown>
  readonly status: number
  readonly summary: string
}

/** The methods that a route answers. */
export const methodsOf = ({ method }: Route): readonly string[] =>
  method === 'ANY' ? ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] : [method]

/** Whose connections are meant: named by an API key, told by a connect token (then absent or equal). */
const owner = { tenant: groupName, org: groupName, subject, owner: oneOf('user', 'shared') }

export const connectionsQuery = object({}, { ...owner, connectorId })
export const credentialsBody = object({}, { ...owner, connectionId, scopes: list(scope), forceRefresh: flag })
export const enterBody = object({}, { ...owner, values: inputValues, connection: wantedConnection })
export const disconnectBody = object({}, { ...owner, connectionId })

/** A proxied host's name in the record. */
const alias = text({ pattern: '^[a-z][a-z0-9_-]{0,39}$', maxLength: 40 })

export const bridgeForm = object({ session: sessionId, secret: codeVerifier })
export const confirmForm = object({ session: sessionId })

/** A page for its own person, or the host for whom it names. */
const pageOrHost = ['connect_token', 'api_key'] as const

function route(
  name: RouteName,
  fields: Omit<Route, 'name' | 'method' | 'path' | 'params' | 'status'> & Partial<Route<RouteName>>,
): Route<RouteName> {
  const [method, path] = paths[name].split(' ') as [Route['method'], string]
  return { params: {}, status: 200, ...fields, name, method, path }
}

export const routes: readonly Route<RouteName>[] = [
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
  route('listConnectors', {
    accepts: pageOrHost,
    answer: listedConnectors,
    summary: 'Lists the connectors that can be connected.',
  }),
  route('saveConnector', {
    accepts: ['api_key'],
    params: { connectorId },
    body: connectorBody,
    answer: savedConnector,
    summary: 'Adds or changes a connector: its record, its client registration, or both.',
  }),
  route('removeConnector', {
    accepts: ['api_key'],
    params: { connectorId },
    status: 204,
    summary: 'Removes what was added for a connector; its connections stay.',
  }),
  route('createAuthSession', {
    accepts: pageOrHost,
    action: 'connect',
    body: authSessionRequest,
    answer: authSessionAnswer,
    status: 201,
    summary: 'Starts one attempt to authorize.',
  }),
  route('getAuthSession', {
    accepts: pageOrHost,
    params: { sessionId },
    query: sessionQuery,
    answer: authSessionStatus,
    summary: 'Tells how an attempt stands.',
  }),
  route('redeemAuthSession', {
    accepts: pageOrHost,
    action: 'connect',
    params: { sessionId },
    body: redeemRequest,
    answer: redeemedAnswer,
    summary: 'Finishes an attempt with what came back on its redirect URI (RFC 6749 §4.1.3, RFC 7636 §4.5).',
  }),
  route('completeAuthSession', {
    accepts: ['api_key'],
    params: { sessionId },
    body: completeRequest,
    answer: authSessionStatus,
    summary: "Finishes an attempt whose answer came back to the backend, from its user's own signed-in request.",
  }),
  route('getProgress', {
    accepts: ['connect_token'],
    action: 'connect',
    params: { sessionId },
    query: progressQuery,
    answer: progress,
    summary: 'Waits up to 25 s for an attempt on the bridge to get on.',
  }),
  route('listConnections', {
    accepts: pageOrHost,
    query: connectionsQuery,
    answer: connections,
    summary: "Lists the owner's connections.",
  }),
  route('enterCredentials', {
    accepts: pageOrHost,
    action: 'connect',
    params: { connectorId },
    body: enterBody,
    answer: entered,
    status: 201,
    summary: 'Connects with what a person typed: a key, a user name and password, or what the connector asks for.',
  }),
  route('readCredentials', {
    accepts: pageOrHost,
    action: 'read_token',
    params: { connectorId },
    body: credentialsBody,
    answer: anyCredentials,
    summary: 'Gives a valid access token, refreshed where it must be, or what was typed.',
  }),
  route('disconnect', {
    accepts: pageOrHost,
    action: 'disconnect',
    params: { connectorId },
    body: disconnectBody,
    answer: disconnected,
    summary: 'Ends a connection and revokes its tokens at the authorization server (RFC 7009).',
  }),
  route('proxy', {
    accepts: pageOrHost,
    action: 'proxy',
    params: { connectorId, alias },
    summary: "Calls the connector's API with the connection's credentials; whose connection stands in headers.",
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
  route('postedCallback', {
    accepts: 'public',
    params: { space: groupName, connectorId },
    status: 303,
    summary: 'The redirect URI for response_mode=form_post: goes on to the same URL with GET.',
  }),
  route('enterBridge', {
    accepts: 'public',
    body: bridgeForm,
    bodyType: 'application/x-www-form-urlencoded',
    summary: 'Binds an attempt to the browser that posts its secret from the page that started it.',
  }),
  route('confirmBridge', {
    accepts: 'public',
    body: confirmForm,
    bodyType: 'application/x-www-form-urlencoded',
    summary: 'Goes on from the page that names who connects what.',
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
