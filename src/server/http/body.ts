/** Reads a JSON body: bounded, of the right type, and as its schema says. */

import { InvalidRequestError, TimeoutError } from '../../protocol/errors.ts'
import { SchemaError, parse } from '../../protocol/parse.ts'
import type { Schema } from '../../protocol/schema.ts'
import { parseJson } from './json.ts'

const maxBytes = 65_536
const maxSeconds = 10

/**
 * Reads and checks a request's body; unknown fields are refused.
 *
 * @throws {InvalidRequestError} `unsupported_media_type` · `body_too_large` · `invalid_json` · `invalid_request`
 * @throws {TimeoutError} `request_timeout`
 */
export async function readJson<T>(request: Request, schema: Schema<T>): Promise<T> {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase()
  const encoding = request.headers.get('content-encoding')
  if (type !== 'application/json' || (encoding && encoding !== 'identity')) {
    throw new InvalidRequestError(
      'unsupported_media_type',
      'Send Content-Type: application/json without a Content-Encoding.',
    )
  }
  let value: unknown
  try {
    value = parseJson(await readBounded(request))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new InvalidRequestError('invalid_json', 'The body is not JSON, or a name stands twice in it.')
  }
  return checked(schema, value)
}

/**
 * Reads a form that a browser posted; a doubled name is refused.
 *
 * @throws {InvalidRequestError} `unsupported_media_type` · `body_too_large` · `invalid_request`
 */
export async function readForm(request: Request): Promise<Readonly<Record<string, string>>> {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded')
    throw new InvalidRequestError('unsupported_media_type', 'Send a form: application/x-www-form-urlencoded.')
  return onlyOnce(new URLSearchParams(await readBounded(request)), 'form')
}

/** Checks the query as an object of strings; a doubled name is refused. */
export function readQuery<T>(url: URL, schema: Schema<T>): T {
  return checked(schema, onlyOnce(url.searchParams, 'query'))
}

function onlyOnce(params: URLSearchParams, where: string): Readonly<Record<string, string>> {
  const names = [...params.keys()]
  const doubled = names.find((name, index) => names.indexOf(name) !== index)
  if (doubled !== undefined)
    throw new InvalidRequestError('invalid_request', `${doubled.slice(0, 64)}: stands twice in the ${where}.`)
  return Object.fromEntries(params)
}

/** Checks any value of a request against its schema. */
export function checked<T>(schema: Schema<T>, value: unknown): T {
  try {
    return parse(schema, value)
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error
    throw new InvalidRequestError('invalid_request', `${error.message.slice(0, 300)}.`)
  }
}

async function readBounded(request: Request): Promise<string> {
  const declared = request.headers.get('content-length')
  if (Number(declared ?? 0) > maxBytes) throw tooLarge()
  const bytes = declared === null ? await readStream(request.body) : await readWhole(request)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new InvalidRequestError('invalid_json', 'The body is not UTF-8.')
  }
}

const tooLarge = () => new InvalidRequestError('body_too_large', 'The body is larger than 64 kB.')

/** A body whose length was told and is small is read at once: the listener lets no more of it through. */
async function readWhole(request: Request): Promise<Uint8Array> {
  const limit = lateness()
  try {
    const bytes = new Uint8Array(await Promise.race([request.arrayBuffer().catch(brokenOff), limit.late]))
    if (bytes.byteLength > maxBytes) throw tooLarge()
    return bytes
  } finally {
    limit.stop()
  }
}

async function readStream(body: Request['body']): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of inTime(body)) {
    size += chunk.byteLength
    if (size > maxBytes) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Rejects when a body takes too long. */
function lateness(): { readonly late: Promise<never>; stop(): void } {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new TimeoutError('request_timeout', 'The body did not arrive in time.', { retryable: true }))
    }, maxSeconds * 1_000)
  })
  return { late, stop: () => clearTimeout(timer) }
}

/** The chunks of a body, as long as it arrives in time: who sends a byte a second must not hold a request open. */
async function* inTime(body: Request['body']): AsyncGenerator<Uint8Array> {
  if (!body) return
  const reader = body.getReader()
  const { late, stop } = lateness()
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read().catch(brokenOff), late])
      if (done) return
      yield value
    }
  } finally {
    stop()
    // What is still under way is nobody's any more.
    reader.cancel().catch(() => {})
  }
}

function brokenOff(cause: unknown): never {
  throw new InvalidRequestError('invalid_request', 'The body broke off.', { cause })
}
