/** Gets tokens from functions of the page, for connectors of method `custom`; they stay in this browser. */

import { aborted } from '../api/exchange.ts'
import { type Credentials, credentials as credentialsShape } from '../protocol/credentials.ts'
import {
  ConnectorAuthError,
  InvalidRequestError,
  InvalidResponseError,
  NetworkError,
  TimeoutError,
} from '../protocol/errors.ts'
import { fit } from '../protocol/fit.ts'
import { scope } from '../protocol/ids.ts'
import type { ConnectorReach } from '../protocol/reach.ts'
import { list, object, text, whole } from '../protocol/schema.ts'
import type { Kept } from './lifetime.ts'
import type { BrowserScheme, ClientEvent, ConnectionStatus, SchemeRequest } from './options.ts'

/** What a scheme may answer; whatever else is in it is dropped. */
const answer = object(
  { accessToken: text({ minLength: 1, maxLength: 16_384 }) },
  { expiresIn: whole({ minimum: 0 }), scopes: list(scope), tokenType: text({ maxLength: 64 }) },
)

/** A scheme that never answers must not hold its readers for ever. */
const longestMilliseconds = 20_000

export interface SchemeCall {
  readonly scheme: BrowserScheme
  readonly connectorId: string
  readonly request: { readonly connectionId?: string | undefined; readonly scopes?: readonly string[] | undefined }
  /** What was kept before: it is refreshed where the scheme can. */
  readonly last: Credentials | undefined
  readonly reachOf: (connectorId: string) => Promise<ConnectorReach>
  readonly signal: AbortSignal
  readonly emit: (event: ClientEvent) => void
}

/**
 * Asks the scheme. A refresh token in its answer is dropped and told: browsers hold none.
 *
 * @throws {InvalidRequestError} `wrong_method` · `credentials_rejected` ·
 *   {@link InvalidResponseError} `invalid_token_response` · {@link NetworkError} `service_unavailable` · the reason of `signal`
 */
export async function askScheme(call: SchemeCall): Promise<Credentials> {
  const { scheme, connectorId, request, last, signal, emit } = call
  signal.throwIfAborted()
  const { method } = await call.reachOf(connectorId)
  if (method !== 'custom')
    throw new InvalidRequestError(
      'wrong_method',
      `${connectorId} is of method ${method}; only custom ones have a scheme.`,
    )
  const { connectionId = 'default', scopes = [] } = request
  const asked = { connectorId, connectionId, scopes, signal }
  const limit = AbortSignal.timeout(longestMilliseconds)
  const over = aborted(AbortSignal.any([signal, limit]))
  const given: unknown = await Promise.race([ask(scheme, asked, last), over]).catch((cause: unknown) => {
    signal.throwIfAborted()
    throw limit.aborted ? late() : failure(connectorId, cause)
  })
  if (typeof given === 'object' && given && ('refreshToken' in given || 'refresh_token' in given))
    emit({ type: 'refresh_token_dropped', connectorId })
  return read(given, { connectionId, scopes })
}

async function ask(scheme: BrowserScheme, asked: SchemeRequest, last: Credentials | undefined): Promise<unknown> {
  if (last && scheme.refresh) return scheme.refresh({ ...asked, accessToken: last.accessToken })
  return scheme.authenticate(asked)
}

function read(given: unknown, { connectionId, scopes }: Pick<Credentials, 'connectionId' | 'scopes'>): Credentials {
  try {
    const { accessToken, expiresIn: expiresInSeconds = null, tokenType = 'Bearer', ...told } = fit(answer, given)
    const made = { connectionId, accessToken, tokenType, expiresInSeconds, scopes: told.scopes ?? scopes, extra: {} }
    return fit(credentialsShape, made)
  } catch {
    throw new InvalidResponseError(
      'invalid_token_response',
      'The scheme gave no {accessToken, expiresIn, scopes}. Correct what it returns.',
    )
  }
}

function failure(connectorId: string, cause: unknown): ConnectorAuthError {
  if (cause instanceof ConnectorAuthError) return cause
  return new NetworkError('service_unavailable', `The scheme of ${connectorId} failed. Try again in a moment.`, {
    cause,
    retryable: true,
  })
}

const late = () => new TimeoutError('service_unavailable', 'The scheme did not answer in time.', { retryable: true })

/** How a connector stands whose tokens no backend knows. */
export function statusOfScheme(connectorId: string, kept: Kept | undefined): ConnectionStatus {
  if (!kept) return { status: 'not_connected' }
  const { connectionId, scopes } = kept.credentials
  const since = new Date(kept.receivedAt).toISOString()
  return {
    status: 'connected',
    connection: {
      connectorId,
      connectionId,
      status: 'active',
      reason: null,
      owner: 'user',
      account: null,
      scopes: { requested: scopes, granted: scopes, missing: [] },
      createdAt: since,
      updatedAt: since,
    },
  }
}
