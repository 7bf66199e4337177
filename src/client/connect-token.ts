/** Gets connect tokens from the host, one at a time, and keeps the present one in memory. */

import { aborted, exchange, read } from '../api/exchange.ts'
import { type ConnectTokenAnswer, connectTokenAnswer } from '../protocol/connect-token.ts'
import { AuthenticationError, type ConnectorAuthError, InvalidRequestError, NetworkError } from '../protocol/errors.ts'
import type { ClientOptions } from './options.ts'

const leewaySeconds = 30
/** As long as a call may take. */
const limitMilliseconds = 20_000

/** Gives the present token, or a new one: when it is about to expire, when it is the `refused` one, or when true. */
export type GetToken = (refused?: string | true) => Promise<string>

export interface TokenSource {
  /** It rejects with `no_token_source`, `token_source_failed`, `token_source_unavailable`, or the reason of `signal`. */
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
  const lone = !options.getAuthToken && !options.tokenUrl
  /** What the host gave and nobody has accepted yet. */
  let { authToken } = options
  /** The last one. */
  let given = authToken

  const renew = async () => {
    try {
      for (;;) {
        // Refused, or of a page that was away: nobody may use it while there is no other.
        current = undefined
        const first = authToken
        const answer = await ask(options, first, signal).catch((error: ConnectorAuthError) => error)
        signal.throwIfAborted()
        // The host has given another meanwhile.
        if (first !== authToken) continue
        if ('token' in answer) {
          authToken = undefined
          until = now() + (answer.expiresInSeconds - leewaySeconds) * 1_000
          onToken(answer.token)
          return (current = answer.token)
        }
        // What passes on its own does not use it up.
        if (!answer.retryable && !lone) authToken = undefined
        throw answer
      }
    } finally {
      pending = undefined
    }
  }

  const getToken: GetToken = async (refused) => {
    signal.throwIfAborted()
    // Where there is nobody to ask, it is good until it is refused.
    if (current && current !== refused && (lone || (refused !== true && now() < until))) return current
    return (pending ??= renew())
  }
  return {
    getToken,
    renew(next) {
      if (!next || next === given) return false
      authToken = given = next
      current = undefined
      // Who asks for one next is told what is wrong with it.
      getToken().catch(() => undefined)
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
  let said = 'nothing valid from getAuthToken'
  // What brings no answer may pass on its own.
  let passing = true
  try {
    if (given || getAuthToken) {
      // A host's function may never answer.
      given ??= await Promise.race([
        getAuthToken?.(),
        aborted(AbortSignal.any([signal, AbortSignal.timeout(limitMilliseconds)])),
      ])
      const { accept } = await import('./keeping.ts')
      passing = false
      return await accept(given, options, signal)
    }
    said = `nothing from ${tokenUrl}`
    const [status, text] = await exchange({ fetch, signal }, tokenUrl ?? '', {
      method: 'POST',
      credentials: 'include',
      cache: 'no-store',
      redirect: 'error',
    })
    said = `${status} from ${tokenUrl}`
    passing = status === 429 || status >= 500
    return read(connectTokenAnswer, text)
  } catch (cause) {
    signal.throwIfAborted()
    throw refused(cause, said, passing)
  }
}

function refused(cause: unknown, said: string, passing: boolean): ConnectorAuthError {
  return (cause as Partial<ConnectorAuthError>).retryable || passing
    ? new NetworkError('token_source_unavailable', `The site's server does not answer: ${said}. Try again.`, {
        cause,
        retryable: true,
      })
    : new AuthenticationError('token_source_failed', `No connect token: ${said}. Is the user signed in?`, { cause })
}
