/** Writes log lines as JSON. */

import { pino } from 'pino'
import { ConnectorAuthError } from '../protocol/errors.ts'
import type { LogFields, Logger } from '../server/index.ts'
import { lineWriter } from './line-writer.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'
export const logLevels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent']

export interface JsonLoggerOptions {
  /** The least level that is written; `info` where absent. */
  readonly level?: LogLevel
  /** Takes one line with its line feed; standard error where absent, which loses lines while its reader is stuck. */
  readonly write?: (line: string) => void
}

/** A logger that writes one JSON object a line: `level`, `time`, the fields, `message`. */
export function jsonLogger(options: JsonLoggerOptions = {}): Logger {
  const { level = 'info', write = lineWriter(process.stderr) } = options
  const lines = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }), log: printable },
    },
    { write },
  )
  return {
    debug: (message, fields = {}) => lines.debug(fields, message),
    info: (message, fields = {}) => lines.info(fields, message),
    warn: (message, fields = {}) => lines.warn(fields, message),
    error: (message, fields = {}) => lines.error(fields, message),
  }
}

/** Fields as they may be printed: through `toJSON`, where a secret hides itself, and errors by what is known of them. */
function printable(fields: LogFields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, asPrinted(value)]))
}

function asPrinted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  try {
    const text = JSON.stringify(value, plain)
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    // A cycle, or a big integer: a log line is not worth a failed request.
    return '[cannot be printed]'
  }
}

/** An error prints its name, reason and stack; what it carries beside them may hold a foreign answer. */
function plain(_name: string, value: unknown): unknown {
  if (value instanceof ConnectorAuthError)
    return { name: value.name, reason: value.reason, message: value.message, cause: value.cause }
  if (value instanceof Error) return { name: value.name, message: value.message, stack: value.stack }
  return value
}
