/** What a process ends with, so that a script can tell why. */

import { CommanderError } from 'commander'
import { ConnectorAuthError } from '../protocol/errors.ts'

/** Stable; docs/cli.md has the same table. */
export const exitCodes = {
  done: 0,
  /** Something went wrong here, or a check found a fault. */
  failed: 1,
  /** The command, an option, a file or the configuration is not right. */
  wrong: 2,
  /** Whoever asks may not, or an authorization did not come about. */
  refused: 3,
  /** The backend or an authorization server does not answer, or not in time. */
  unreachable: 4,
  interrupted: 130,
} as const

/** The exit code that an error stands for. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.wrong
  if (!(error instanceof ConnectorAuthError)) return exitCodes.failed
  switch (error.code) {
    case 'INVALID_REQUEST':
      return exitCodes.wrong
    case 'AUTH_FAILED':
      return error.reason === 'aborted' ? exitCodes.interrupted : exitCodes.refused
    case 'INVALID_RESPONSE':
      return exitCodes.failed
    case 'TIMEOUT':
    case 'NETWORK_ERROR':
      // A sealing key that is missing or another one is no matter of the network.
      return error.reason === 'key_unavailable' ? exitCodes.failed : exitCodes.unreachable
  }
}
