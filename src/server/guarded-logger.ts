/** Keeps the faults of a host's logger to itself. */

import type { LogFields, Logger } from './logger.ts'

/** A logger that fails costs its line and nothing else: neither a request, nor the tokens that the line was about. */
export function guardedLogger(logger: Logger): Logger {
  const guard = (level: keyof Logger) => (message: string, fields?: LogFields) => {
    try {
      // One that is async in spite of its type: a rejection that nobody awaits would end the process.
      Promise.resolve(logger[level](message, fields)).catch(() => undefined)
    } catch {
      // Where else should it be said?
    }
  }
  return { debug: guard('debug'), info: guard('info'), warn: guard('warn'), error: guard('error') }
}
