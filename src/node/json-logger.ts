/** Writes log lines as JSON. */

import { ConnectorAuthError } from '../protocol/errors.ts'
import type { LogFields, Logger } from '../server/index.ts'

/** A logger that writes one JSON object a line, to standard error unless told otherwise. */
export function jsonLogger(write: (line: string) => void = (line) => void process.stderr.write(line)): Logger {
  const log =
    (level: string) =>
    (message: string, fields: LogFields = {}) => {
      write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields }, plain)}\n`)
    }
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') }
}

/** An error prints its name, reason and stack; what it carries beside them may hold a foreign answer. */
function plain(_name: string, value: unknown): unknown {
  if (value instanceof ConnectorAuthError)
    return { name: value.name, reason: value.reason, message: value.message, cause: value.cause }
  if (value instanceof Error) return { name: value.name, message: value.message, stack: value.stack }
  return value
}
