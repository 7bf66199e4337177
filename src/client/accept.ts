/** Takes what a host's function gives: a connect token, or a JWT of its identity provider. */

import { createCall } from '../api/call.ts'
import { type ConnectTokenAnswer, connectTokenAnswer } from '../protocol/connect-token.ts'
import { fit } from '../protocol/fit.ts'
import { connectToken } from '../protocol/ids.ts'
import type { ClientOptions } from './options.ts'

/** A host's function does not say how long its token lives; a 401 asks again anyway. */
const assumedSeconds = 300

/** Takes a connect token as it is, and has the backend trade a JWT for one: no connect token has a dot.
 *
 * It rejects where it is neither, with what the backend answers, such as `jwt_invalid`, or with the reason of `signal`.
 */
export async function accept(
  token: string | undefined,
  options: ClientOptions,
  signal: AbortSignal,
): Promise<ConnectTokenAnswer> {
  if (!token?.includes('.')) return { token: fit(connectToken, token), expiresInSeconds: assumedSeconds }
  const call = createCall({ ...options, signal, getToken: () => token })
  return call('POST /api/v1/connect-tokens', { answer: connectTokenAnswer, body: {} })
}
