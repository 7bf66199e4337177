/** Writes log lines to a stream whose reader may be slow or stuck. */

import type { Writable } from 'node:stream'

/** Characters that may wait for the reader: thousands of lines, and no burden to the process. */
const maxWaiting = 1_000_000

/** Makes a function that writes a line, unless too many wait already; how many were left out is said when it goes on. */
export function lineWriter(stream: Pick<Writable, 'write' | 'writableLength'>): (line: string) => void {
  let left = 0
  return (line) => {
    if (stream.writableLength > maxWaiting) {
      left += 1
      return
    }
    if (left > 0) {
      const time = new Date().toISOString()
      const said = { level: 'warn', time, message: 'log lines were left out, because nobody read them', lines: left }
      stream.write(`${JSON.stringify(said)}\n`)
      left = 0
    }
    stream.write(line)
  }
}
