/** Asks before what cannot be taken back. */

import { createInterface } from 'node:readline/promises'
import { AuthenticationError, InvalidRequestError } from '../protocol/errors.ts'

/**
 * Asks a person to agree, on a terminal; `--yes` agrees beforehand.
 *
 * @throws {InvalidRequestError} `invalid_request` where nobody can be asked
 * @throws {AuthenticationError} `cancelled` where they do not agree
 */
export async function confirm(question: string, yes: boolean | undefined): Promise<void> {
  if (yes === true) return
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new InvalidRequestError('invalid_request', 'Nobody can be asked here. Say --yes. Nothing was done.')
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await terminal.question(`${question} [y/N] `)
    if (!/^y(es)?$/i.test(answer.trim())) throw new AuthenticationError('cancelled', 'Nothing was done.')
  } finally {
    terminal.close()
  }
}
