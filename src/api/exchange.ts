/** Fetches a text within a limit, and reads it: all that asking for a connect token needs. */

import { InvalidResponseError, NetworkError } from '../protocol/errors.ts'
import { fit } from '../protocol/fit.ts'
import type { Schema } from '../protocol/schema.ts'
import { limited } from './limited.ts'

export interface ExchangeOptions {
  readonly fetch?: typeof fetch | undefined
  /** Ends every call that is under way; its reason is what they reject with. */
  readonly signal?: AbortSignal | undefined
  /** How long an answer may take; 20 by default. */
  readonly limitSeconds?: number | undefined
}

/** Fetches a text, within the limit; from the host's token endpoint too.
 *
 * @throws {NetworkError} `backend_unreachable`, or the reason with which `options.signal` was aborted.
 */
export async function exchange(options: ExchangeOptions, url: string, init: RequestInit): Promise<[number, string]> {
  const { signal, limitSeconds = 20 } = options
  try {
    return await limited(limitSeconds * 1_000, (limit) => {
      const ended = signal ? AbortSignal.any([signal, limit]) : limit
      const answer = async (): Promise<[number, string]> => {
        const response = await (options.fetch ?? fetch)(url, { ...init, signal: ended })
        return [response.status, await response.text()]
      }
      // A `fetch` of the host's own may not know of signals.
      return Promise.race([answer(), aborted(ended)])
    })
  } catch (cause) {
    signal?.throwIfAborted()
    throw new NetworkError('backend_unreachable', 'The backend cannot be reached. Check base-url and the network.', {
      cause,
      retryable: true,
    })
  }
}

/** Rejects when the signal ends, with its reason. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => reject(signal.reason)
    if (signal.aborted) end()
    signal.addEventListener('abort', end)
  })
}

/** Reads an answer; what the protocol does not know is dropped.
 *
 * @throws {InvalidResponseError} `protocol_mismatch`; it does not quote the answer, which may hold a token.
 */
export function read<T>(schema: Schema<T>, text: string): T {
  try {
    return fit(schema, JSON.parse(text))
  } catch {
    throw new InvalidResponseError('protocol_mismatch', "The backend's answer is not of this protocol. Check base-url.")
  }
}
