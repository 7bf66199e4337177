/** Gets connect tokens from the host, one at a time, and keeps the present one in memory. */

import { exchange, read } from '../api/call.ts'
import { type ConnectTokenAnswer, connectTokenAnswer } from '../protocol/connect-token.ts'
import { AuthenticationError, type ConnectorAuthError, InvalidRequestError } from '../protocol/errors.ts'
import type { ClientOptions } from './options.ts'

const leewaySeconds = 30
/** As long as a call may take. */
const limitMilliseconds = 20_000

/** Gives the present token, or a new one: when it is about to expire, or when `fresh`. */
export type GetToken = (fresh: boolean) => Promise<string>

/** Makes a source; `onToken` hears of every new token before anyone can use it.
 *
 * It rejects with `no_token_source`, `token_source_failed`, or the reason of `signal`.
 */
export function createTokenSource(
  options: ClientOptions,
  now: () => number,
  signal: AbortSignal,
  onToken: (token: string) => void,
): GetToken {
  let current: string | undefined
  let until = 0
  let pending: Promise<string> | undefined
  let { authToken } = options

  const renew = async () => {
    const given = authToken
    // Refused, or of a page that was away: nobody may use it while there is no other.
    current = undefined
    authToken = undefined
    const { token, expiresInSeconds } = await ask(options, given, signal)
    signal.throwIfAborted()
    until = now() + (expiresInSeconds - leewaySeconds) * 1_000
    onToken(token)
    return (current = token)
  }

  return async (fresh) => {
    signal.throwIfAborted()
    if (current && !fresh && now() < until) return current
    return (pending ??= renew().finally(() => (pending = undefined)))
  }
}

async function ask(
  options: ClientOptions,
  given: string | undefined,
  signal: AbortSignal,
): Promise<ConnectTokenAnswer> {
  const { getAuthToken, tokenUrl, fetch } = options
  if (!given && !getAuthToken && !tokenUrl)
    throw new InvalidRequestError('no_token_source', 'Set token-url, getAuthToken or authToken.')
  let said = 'getAuthToken gave no valid one'
  try {
    if (given || getAuthToken) {
      // First of all, or its signal could end before anybody listens.
      given ??= await Promise.race([getAuthToken?.(), ended(signal), ended(AbortSignal.timeout(limitMilliseconds))])
      return await (await import('./keeping.ts')).accept(given, options, signal)
    }
    const [status, text] = await exchange({ fetch, signal }, tokenUrl ?? '', {
      method: 'POST',
      credentials: 'include',
      cache: 'no-store',
      redirect: 'error',
    })
    said = `${tokenUrl} answered ${status}`
    return read(connectTokenAnswer, text)
  } catch (cause) {
    signal.throwIfAborted()
    const { retryable = false } = cause as Partial<ConnectorAuthError>
    throw new AuthenticationError('token_source_failed', `No connect token: ${said}. Is the user signed in?`, {
      cause,
      retryable,
    })
  }
}

/** Ends the wait for a host's function that never answers, when the person ends. */
const ended = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
