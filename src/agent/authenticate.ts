/** Connects a connector with what the caller has: a key, a password, a token, a code, or a person who will authorize. */

import { enterCredentials } from '../api/index.ts'
import { listConnections } from '../api/routes.ts'
import { AuthenticationError, InvalidRequestError } from '../protocol/errors.ts'
import type { ConnectorReach } from '../protocol/reach.ts'
import type { AuthorizationRequired } from './authorization-required.ts'
import { type AuthSession, type Completed, type InitializeOptions, startAttempt } from './auth-session.ts'
import type { Bound } from './bound.ts'
import type { OwnToken, TokenMemory } from './token-hooks.ts'

/** What a person typed: a key, a user name and password, or the fields of the connector's own form. */
type Typed =
  | { readonly apiKey: string }
  | { readonly username: string; readonly password: string }
  | { readonly values: Readonly<Record<string, string>> }

/** What a connector is connected with. Left out: what is connected stays, else the auth callback or the person is asked. */
export type AuthParams =
  | Typed
  /** For connectors of method `bearer` it is stored; for others it stays in this process. */
  | OwnToken
  /** The completion code of the attempt that this agent started last for the connector. */
  | { readonly code: string }
  /** Starts an attempt. */
  | InitializeOptions

/** Asks the host for what a connector is connected with; null: the person must authorize. */
export type AuthCallback = (connectorId: string) => AuthParams | null | Promise<AuthParams | null>

export type AuthenticateResult =
  | { readonly status: 'connected'; readonly connectionId: string; readonly missingScopes: readonly string[] }
  | ({ readonly status: 'authorization_required' } & AuthorizationRequired)

export interface Authenticating {
  readonly bound: Bound
  readonly memory: TokenMemory
  readonly reachOf: (connectorId: string) => Promise<ConnectorReach>
  /** The last attempt of each connector. */
  readonly attempts: Map<string, AuthSession>
  readonly callback: { current: AuthCallback | undefined }
  /** The road of attempts that the caller names none for. */
  readonly road: () => Promise<Pick<InitializeOptions, 'receiver' | 'returnUrl' | 'road'>>
  readonly signal: (required: AuthorizationRequired) => Promise<void>
}

/**
 * Connects.
 *
 * @throws {InvalidRequestError} `invalid_input` · `wrong_method` · {@link AuthenticationError} `credentials_rejected` ·
 *   `completion_code_wrong`
 */
export async function authenticateConnector(
  of: Authenticating,
  connectorId: string,
  params?: AuthParams,
): Promise<AuthenticateResult> {
  if (params) return authenticateWith(of, connectorId, params)
  const [standing] = await listConnections(of.bound.call, { ...of.bound.who, connectorId })
  if (standing?.status === 'active') {
    const { connectionId, scopes } = standing
    return { status: 'connected', connectionId, missingScopes: scopes.missing }
  }
  const given = await of.callback.current?.(connectorId)
  return authenticateWith(of, connectorId, given ?? (standing ? { connectionId: standing.connectionId } : {}))
}

async function authenticateWith(
  of: Authenticating,
  connectorId: string,
  params: AuthParams,
): Promise<AuthenticateResult> {
  if ('code' in params) {
    const attempt = of.attempts.get(connectorId)
    if (!attempt)
      throw new InvalidRequestError('invalid_request', 'code: no attempt was started for it. Call without code first.')
    return connected(await attempt.complete(params.code))
  }
  if ('accessToken' in params) return bringToken(of, connectorId, params)
  if (isTyped(params)) return enter(of, connectorId, valuesIn(params))
  return authorize(of, connectorId, params, 'not_connected')
}

/** Starts an attempt and tells the host of it. */
export async function authorize(
  of: Authenticating,
  connectorId: string,
  options: InitializeOptions,
  reason: AuthorizationRequired['reason'],
): Promise<Extract<AuthenticateResult, { status: 'authorization_required' }>> {
  const named = options.receiver ?? options.returnUrl ?? options.road
  const session = await startAttempt(of.bound, connectorId, { ...(named ? {} : await of.road()), ...options })
  of.attempts.set(connectorId, session)
  const required = { connectorId, reason, authorizationUrl: session.redirectUrl, session }
  try {
    await of.signal(required)
  } catch (error) {
    // Nobody was told of it: a listener that is left would keep the process alive.
    await session.cancel()
    throw error
  }
  return { status: 'authorization_required', ...required }
}

const isTyped = (params: object): params is Typed => 'values' in params || 'apiKey' in params || 'username' in params

/** What was typed, by the names of the usual fields. */
function valuesIn(typed: Typed): Readonly<Record<string, string>> {
  if ('values' in typed) return typed.values
  if ('apiKey' in typed) return { apiKey: typed.apiKey }
  return { username: typed.username, password: typed.password }
}

async function bringToken(of: Authenticating, connectorId: string, token: OwnToken): Promise<AuthenticateResult> {
  const { method } = await of.reachOf(connectorId)
  if (method === 'bearer') return enter(of, connectorId, { token: token.accessToken })
  if (method !== 'oauth2' && method !== 'custom')
    throw new AuthenticationError(
      'wrong_method',
      `${connectorId} is not connected with a token. Its method is ${method}.`,
    )
  await of.memory.keep(connectorId, token)
  return { status: 'connected', connectionId: '', missingScopes: [] }
}

async function enter(
  { bound }: Authenticating,
  connectorId: string,
  values: Readonly<Record<string, string>>,
): Promise<AuthenticateResult> {
  const { connectionId, scopes } = await enterCredentials(bound.call, connectorId, { ...bound.who, values })
  return { status: 'connected', connectionId, missingScopes: scopes.missing }
}

function connected({ connectionId, missingScopes }: Completed): AuthenticateResult {
  return { status: 'connected', connectionId, missingScopes }
}
