/** Gives a function of the host a limit. */

import { TimeoutError } from '../protocol/errors.ts'

/**
 * Waits for work as long as for an authorization server; what it does afterwards nobody knows.
 *
 * @throws {TimeoutError} `authorization_server_timeout`
 */
export async function inTime<T>(work: Promise<T>, seconds: number, name: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const error = new TimeoutError('authorization_server_timeout', `${name} did not answer in time.`, {
      retryable: true,
    })
    timer = setTimeout(() => reject(error), seconds * 1_000)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
