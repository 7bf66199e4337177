/** Where the backend's log lines go; the host injects it. */

/** Fields of a log line; a {@link Secret} among them prints as `[redacted]`. */
export type LogFields = Readonly<Record<string, unknown>>

export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

/** Says nothing. */
export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** Text that somebody else chose, short enough that no log line is theirs. */
export const shortened = (text: string): string => (text.length > 64 ? `${text.slice(0, 63)}…` : text)
