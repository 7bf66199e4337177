/** Gets connect tokens from the host, one at a time, and keeps the present one in memory. */

import { aborted, exchange, read } from '../api/call.ts'
import { type ConnectTokenAnswer, connectTokenAnswer } from '../protocol/connect-token.ts'
import { AuthenticationError, type ConnectorAuthError, InvalidRequestError } from '../protocol/errors.ts'
import type { ClientOptions } from './options.ts'

const leewaySeconds = 30
/** As long as a call may take. */
const limitMilliseconds = 20_000

/** Gives the present token, or a new one: when it is about to expire, or when `fresh`. */
export type GetToken = (fresh: boolean) => Promise<string>

export interface TokenSource {
  /** It rejects with `no_token_source`, `token_source_failed`, or the reason of `signal`. */
  readonly getToken: GetToken
  /** Takes a token of the host's in the place of the present one, unless it is the last one that was given. */
  renew(authToken: string | undefined): boolean
}

/** Makes a source; `onToken` hears of every new token before anyone can use it. */
export function createTokenSource(
  options: ClientOptions,
  now: () => number,
  signal: AbortSignal,
  onToken: (token: string) => void,
): TokenSource {
  let current: string | undefined
  let until = 0
  let pending: Promise<string> | undefined
  let { authToken } = options
  /** The last one. */
  let given = authToken

  const renew = async () => {
    const first = authToken
    // Refused, or of a page that was away: nobody may use it while there is no other.
    current = undefined
    authToken = undefined
    const { token, expiresInSeconds } = await ask(options, first, signal)
    signal.throwIfAborted()
    until = now() + (expiresInSeconds - leewaySeconds) * 1_000
    onToken(token)
    return (current = token)
  }

  const getToken: GetToken = async (fresh) => {
    signal.throwIfAborted()
    if (current && !fresh && now() < until) return current
    return (pending ??= renew().finally(() => (pending = undefined)))
  }
  return {
    getToken,
    renew(next) {
      if (!next || next === given) return false
      authToken = given = next
      const again = () => getToken(true)
      // Who asks for one next is told what is wrong with it.
      void (pending ? pending.then(again, again) : again()).catch(() => undefined)
      return true
    },
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
      // A host's function may never answer.
      given ??= await Promise.race([getAuthToken?.(), aborted(signal), aborted(AbortSignal.timeout(limitMilliseconds))])
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
