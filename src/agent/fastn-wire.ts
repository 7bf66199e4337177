/** Sends requests as Fastn's clients do, and reads what comes back. */

import { problemOf } from '../api/call.ts'
import { exchange, read } from '../api/exchange.ts'
import { InvalidRequestError } from '../protocol/errors.ts'
import type { Schema } from '../protocol/schema.ts'
import { requireBackendUrl } from './backend-url.ts'

/** A connect token, or a function that gives the current one. */
export type AuthToken = string | (() => string | Promise<string>)

export interface FastnAuthOptions {
  /** The backend's `space`. */
  readonly spaceId: string
  /** The host's API key (`cak_…`); never in a browser. Either this or `authToken`. */
  readonly apiKey?: string
  /** A person's connect token (`cct_…`), in that person's browser. */
  readonly authToken?: AuthToken
  /** The backend's public URL, https or on this machine; its option `compat: { fastn: true }` is on. */
  readonly baseUrl: string
  /** Permits plain http to another machine; the credential then travels in the clear. */
  readonly allowHttp?: boolean
  readonly fetch?: typeof fetch
}

/** Posts a body for a tenant and reads the answer. */
export type Post = <T>(path: string, body: object, answer: Schema<T>, how?: Sending) => Promise<T>

export interface Sending {
  readonly tenantId?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Binds requests to a backend, a space and one credential.
 *
 * @throws {InvalidRequestError} `invalid_configuration` unless there is exactly one credential, and
 *   it would not travel in the clear.
 */
export function createPost(options: FastnAuthOptions): Post {
  const { spaceId, apiKey, authToken } = options
  const baseUrl = requireBackendUrl(options)
  if ((apiKey === undefined) === (authToken === undefined))
    throw new InvalidRequestError('invalid_configuration', 'Give FastnAuth an apiKey or an authToken, and not both.')
  const credentialFor = async (path: string) => {
    // Our own routes know one header for every kind of credential.
    if (apiKey !== undefined && !path.startsWith('/api/v1/')) return { 'x-fastn-api-key': apiKey }
    return { authorization: `Bearer ${apiKey ?? (await current(authToken))}` }
  }
  return async (path, body, answer, { tenantId, signal } = {}) => {
    const headers = {
      'content-type': 'application/json',
      'x-fastn-space-id': spaceId,
      ...(tenantId === undefined ? {} : { 'x-fastn-space-tenantid': tenantId }),
      ...(await credentialFor(path)),
    }
    const [status, text] = await exchange({ fetch: options.fetch, signal }, baseUrl.replace(/\/$/, '') + path, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'manual',
    })
    if (status >= 200 && status < 300) return read(answer, text)
    throw problemOf(status, text)
  }
}

const current = async (token: AuthToken = '') => (typeof token === 'string' ? token : token())
