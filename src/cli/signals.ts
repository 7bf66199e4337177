/** What ends the process, and what does not. */

import type { Logger } from '../server/index.ts'

/**
 * On SIGTERM or SIGINT: the first lets what runs finish and ends with 0; a second one of either ends at once, with 1.
 * Called before anything says that it has started: whoever reads that may send a signal at once.
 *
 * @param close - Stops accepting, finishes what runs, closes the store.
 */
export function endOnSignals(close: () => Promise<void>): void {
  let ending = false
  const onSignal = () => {
    if (ending) process.exit(1)
    ending = true
    close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal)
}

/** Whoever reads our output may go away; that is no reason to stop serving. */
export function surviveClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
}

/** A promise that nobody awaited is told, and ends nobody's request: others are being refreshed at this moment. */
export function surviveStrayRejections(logger: Pick<Logger, 'error'>): void {
  process.on('unhandledRejection', (error) => logger.error('a promise was rejected and nobody awaited it', { error }))
}
