/** Reads what comes in over plain node:http, with a bound on its size. */
import type { IncomingMessage } from 'node:http'

const LIMIT = 16_384

/** Reads a form-encoded body.
 *
 * @throws {RangeError} when the body is larger than 16 kB.
 */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  request.setEncoding('utf8')
  let text = ''
  for await (const chunk of request) {
    text += String(chunk)
    if (text.length > LIMIT) throw new RangeError('The form is larger than 16 kB.')
  }
  return new URLSearchParams(text)
}

/** Tells whether a value is an object with named members. */
export function isRecord(value: unknown): value is { readonly [member: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
