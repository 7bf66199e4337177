/** The routes of the reference systems, in a table like the protocol's own: those of a system that is off do not exist. */

import { connectionId, connectorId, groupName, scope, sessionId, subject } from '../../protocol/ids.ts'
import type { Route } from '../../protocol/routes.ts'
import { anything, either, flag, list, nullable, object, oneOf, record, text, whole } from '../../protocol/schema.ts'

/** A system whose clients are answered. */
export type CompatSystem = 'fastn' | 'fiberwise'

export interface CompatRoute extends Route<CompatRouteName> {
  readonly system: CompatSystem
}

const paths = {
  fastnCredentials: 'POST /api/ucl/connectorAuth',
  fastnShortCredentials: 'POST /ucl/connectorAuth',
  fastnInitiate: 'POST /api/connections/initiate',
  fastnStatus: 'POST /api/connections/status',
  fiberwiseRegister: 'POST /api/v1/credentials/oauth/register',
  fiberwiseStart: 'GET /api/v1/credentials/auth/{provider}',
  fiberwiseInitiate: 'GET /api/v1/credentials/auth/initiate/{provider}',
  fiberwiseComplete: 'POST /api/v1/credentials/auth/complete',
  fiberwiseConnections: 'GET /api/v1/credentials/oauth/connections',
  fiberwiseDisconnect: 'DELETE /api/v1/credentials/oauth/connections/{provider}',
  fiberwiseServiceProviders: 'GET /api/v1/apps/{appId}/service-providers',
  fiberwiseRevoke: 'POST /api/v1/apps/{appId}/oauth/revoke/{connection}',
  fiberwiseAuthenticators: 'GET /api/v1/oauth/authenticators',
  fiberwiseAddAuthenticator: 'POST /api/v1/oauth/authenticators',
  fiberwiseAddAppAuthenticator: 'POST /api/v1/oauth/authenticators/{appId}',
  fiberwiseRemoveAuthenticator: 'DELETE /api/v1/oauth/authenticators/{provider}',
} as const
export type CompatRouteName = keyof typeof paths

export const fastnCredentialsBody = object({
  input: object({ connectorId }, { orgId: groupName, refresh: flag, connectionId, subject }),
})
/** Their credentials: the known fields, and beside them whatever the connector has. */
const fastnCredentials = object({ auth: record(anything) })

export const fastnInitiateBody = object(
  { connector: connectorId },
  { tenant_id: groupName, org_id: groupName, redirect_url: text(), connection_id: connectionId, subject },
)
const fastnInitiated = object({
  body: object({
    connection_id: sessionId,
    auth_url: text({ maxLength: 16_384 }),
    status: oneOf('pending'),
    expires_in: whole(),
  }),
})

const attempt = object({ connection_id: sessionId })
const standing = object(
  { connector: connectorId },
  { tenant_id: groupName, org_id: groupName, connection_id: connectionId, subject },
)
export const fastnStatusBody = either(attempt, standing)
const fastnStatus = object({
  body: object(
    {
      connection_id: text(),
      connector: connectorId,
      status: oneOf('pending', 'active', 'failed'),
      tenant_id: groupName,
      created_at: text(),
    },
    { error_message: text() },
  ),
})

/** A provider's name or id as a caller spells it; the connector's id is made of it. */
const providerName = text({ pattern: '^[\\w][\\w .-]*$', minLength: 1, maxLength: 100 })
const provider = providerName
const url = text()
const appId = groupName
const told = { success: flag, message: text() }

export const fiberwiseRegisterBody = object(
  {
    provider_name: providerName,
    client_id: text({ minLength: 1, maxLength: 500 }),
    token_data: object({}, { authorize_url: url, token_url: url, scopes: list(scope) }),
  },
  { client_secret: text({ maxLength: 4_000 }), redirect_uri: url, context: anything },
)
const registered = object({ ...told, provider_id: connectorId, redirect_uri: text() })

export const fiberwiseAuthenticatorBody = object(
  { client_id: text({ minLength: 1, maxLength: 500 }) },
  {
    name: providerName,
    display_name: providerName,
    system_name: providerName,
    authenticator_type: text({ maxLength: 60 }),
    client_secret: text({ maxLength: 4_000 }),
    scopes: list(scope),
    authorize_url: url,
    token_url: url,
    redirect_uri: url,
    configuration: record(anything),
    app_id: appId,
  },
)
const authenticatorAdded = object({ authenticator_id: connectorId, id: connectorId, redirect_uri: text() })

export const fiberwiseStartQuery = object({ return_to: url }, { app_id: appId, subject })
export const fiberwiseOwnerQuery = object({}, { app_id: appId, subject })
export const fiberwiseCompleteBody = object(
  { session: sessionId, completion: text({ minLength: 1, maxLength: 100 }), subject },
  { app_id: appId },
)
const completed = object(
  { success: flag, status: oneOf('connected', 'failed', 'pending'), return_to: text() },
  { error: text() },
)
const ownConnections = list(
  object({
    provider_type: connectorId,
    app_id: groupName,
    created_at: text(),
    status: oneOf('active', 'expired'),
    connection_id: connectionId,
  }),
)
const serviceProviders = list(
  object({
    authenticator_id: connectorId,
    name: text(),
    authenticator_type: text(),
    scopes: list(scope),
    is_connected: flag,
    connection_status: oneOf('connected', 'pending', 'disconnected'),
  }),
)
const authenticators = list(
  object({
    id: connectorId,
    name: text(),
    authenticator_type: text(),
    scopes: list(scope),
    created_at: nullable(text()),
    is_active: flag,
  }),
)

const pageOrHost = ['connect_token', 'api_key'] as const
const host = ['api_key'] as const

type Fields = Omit<CompatRoute, 'name' | 'method' | 'path' | 'params' | 'status' | 'system'> & Partial<CompatRoute>

function route(name: CompatRouteName, fields: Fields): CompatRoute {
  const [method, path] = paths[name].split(' ') as [CompatRoute['method'], string]
  return {
    system: name.startsWith('fastn') ? 'fastn' : 'fiberwise',
    params: {},
    status: 200,
    ...fields,
    name,
    method,
    path,
  }
}

const credentialsOf = {
  accepts: pageOrHost,
  action: 'read_token',
  body: fastnCredentialsBody,
  answer: fastnCredentials,
  summary: "Fastn: gives a connection's credentials, never a refresh token.",
} as const
const startOf = {
  accepts: host,
  params: { provider },
  query: fiberwiseStartQuery,
  status: 302,
  summary: 'Fiberwise: starts an attempt for a person and goes on to the consent page.',
} as const
const addOf = {
  accepts: host,
  body: fiberwiseAuthenticatorBody,
  answer: authenticatorAdded,
  status: 201,
  summary: 'Fiberwise: adds a provider with the client registration at it.',
} as const

export const compatRoutes: readonly CompatRoute[] = [
  route('fastnCredentials', credentialsOf),
  route('fastnShortCredentials', credentialsOf),
  route('fastnInitiate', {
    accepts: host,
    body: fastnInitiateBody,
    answer: fastnInitiated,
    summary: 'Fastn: starts an attempt; it is pending until the host completes it.',
  }),
  route('fastnStatus', {
    accepts: pageOrHost,
    body: fastnStatusBody,
    answer: fastnStatus,
    summary: 'Fastn: tells how an attempt or a connection stands.',
  }),
  route('fiberwiseRegister', {
    accepts: host,
    body: fiberwiseRegisterBody,
    answer: registered,
    summary: 'Fiberwise: adds or changes a provider and the client registration at it.',
  }),
  route('fiberwiseStart', startOf),
  route('fiberwiseInitiate', startOf),
  route('fiberwiseComplete', {
    accepts: host,
    body: fiberwiseCompleteBody,
    answer: completed,
    summary: 'Finishes an attempt that came back, and tells where its person goes on.',
  }),
  route('fiberwiseConnections', {
    accepts: pageOrHost,
    query: fiberwiseOwnerQuery,
    answer: ownConnections,
    summary: "Fiberwise: lists the owner's connections.",
  }),
  route('fiberwiseDisconnect', {
    accepts: pageOrHost,
    action: 'disconnect',
    params: { provider },
    query: fiberwiseOwnerQuery,
    answer: object(told),
    summary: 'Fiberwise: ends a connection and revokes its tokens.',
  }),
  route('fiberwiseServiceProviders', {
    accepts: pageOrHost,
    params: { appId },
    query: fiberwiseOwnerQuery,
    answer: serviceProviders,
    summary: 'Fiberwise: lists providers with how their connection stands.',
  }),
  route('fiberwiseRevoke', {
    accepts: pageOrHost,
    action: 'disconnect',
    params: { appId, connection: provider },
    query: fiberwiseOwnerQuery,
    answer: object(told),
    summary: 'Fiberwise: ends a connection, named by its provider or its own id.',
  }),
  route('fiberwiseAuthenticators', {
    accepts: host,
    query: object({}, { app_id: appId }),
    answer: authenticators,
    summary: 'Fiberwise: lists providers, without their secrets.',
  }),
  route('fiberwiseAddAuthenticator', addOf),
  route('fiberwiseAddAppAuthenticator', { ...addOf, params: { appId } }),
  route('fiberwiseRemoveAuthenticator', {
    accepts: host,
    params: { provider },
    answer: object(told),
    summary: 'Fiberwise: removes a provider that was added; its connections stay.',
  }),
]
