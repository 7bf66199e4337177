/** Calls a connector's API for a caller that does not hold the token. */

import { Readable } from 'node:stream'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import { AuthenticationError, NetworkError } from '../../protocol/errors.ts'
import { type CredentialsRequest, type OpenConnection, openConnection, valuesOf } from '../connections/open.ts'
import { canRenew } from '../connections/renewal.ts'
import { credentialRow } from '../connections/tokens.ts'
import type { Core } from '../core.ts'
import type { PassedAnswer, PassedRequest } from '../egress/egress.ts'
import type { CallOutcome } from '../metrics.ts'
import { injectionOf } from '../entered/injection.ts'
import { keepNonce, proofFor } from '../oauth/dpop.ts'
import { fillHeaders } from '../template.ts'
import { answeredHeaders, sentHeaders } from './headers.ts'
import { type Target, targetOf } from './target.ts'

export interface ProxyCall {
  readonly request: Request
  readonly credentials: CredentialsRequest
  readonly alias: string
  /** Percent-encoded, as it stands in the URL. */
  readonly path: string
}

/** A body up to this size is read first, so that it can be sent again. */
const repeatableBytes = 65_536

/**
 * Sends a call to the service and passes its answer back, both streamed.
 *
 * A 401 of the service refreshes the token and the call is made once more, where its body can be sent again.
 *
 * @throws {InvalidRequestError} `proxy_host_unknown` · `method_not_proxied` · `path_not_allowed` · `endpoint_not_allowed`
 * @throws as `readCredentials`
 */
export async function proxyCall(core: Core, call: ProxyCall): Promise<Response> {
  const headers = sentHeaders(call.request.headers)
  const body = await bodyOf(call.request)
  const first = await openConnection(core, call.credentials)
  const answer = await sendOnce(core, call, first, headers, body)
  if (answer.status !== 401 || body.once || !(await renewable(core, first))) return answerOf(answer)
  const refused = first.token?.accessToken
  const second = await openConnection(core, { ...call.credentials, refused }).catch(keepAnswer)
  if (!second) return answerOf(answer)
  discard(answer)
  return answerOf(await sendOnce(core, call, second, headers, body))
}

/** The service's own 401 says more than that a refresh failed; who must reconnect is told so. */
function keepAnswer(error: unknown): undefined {
  if (error instanceof AuthenticationError && error.reason === 'needs_reconnect') throw error
  return undefined
}

async function renewable(core: Core, { connector, connection }: OpenConnection): Promise<boolean> {
  const { method } = connector.record
  if (method === 'client_credentials' || method === 'two_step') return true
  const row = await credentialRow(core, connection.row_id)
  return row !== undefined && canRenew(core, connector.record, row)
}

interface Body {
  readonly content: Uint8Array | 'stream' | null
  /** Whether it can be sent once only. */
  readonly once: boolean
}

async function bodyOf(request: Request): Promise<Body> {
  if (!request.body) return { content: null, once: false }
  const length = request.headers.get('content-length')
  if (length === null || !(Number(length) <= repeatableBytes)) return { content: 'stream', once: true }
  return { content: new Uint8Array(await request.arrayBuffer()), once: false }
}

/** A nonce that the service asks for is answered once (RFC 9449 §9). */
async function sendOnce(
  core: Core,
  call: ProxyCall,
  open: OpenConnection,
  headers: Readonly<Record<string, string>>,
  body: Body,
): Promise<PassedAnswer> {
  const answer = await transmit(core, call, open, headers, body)
  if (!open.details.proofKey || body.once || answer.status !== 401 || !asksForNonce(answer)) return answer
  discard(answer)
  return transmit(core, call, open, headers, body)
}

async function transmit(
  core: Core,
  call: ProxyCall,
  open: OpenConnection,
  headers: Readonly<Record<string, string>>,
  body: Body,
): Promise<PassedAnswer> {
  const { method } = call.request
  const values = valuesOf(open)
  const { search } = new URL(call.request.url)
  const target = targetOf(open.connector.record, { alias: call.alias, method, path: call.path, search }, values)
  const own = lowerCase({ ...fillHeaders(target.host.headers, values), ...(await prove(core, open, target, method)) })
  const length = call.request.headers.get('content-length')
  const sent = {
    'user-agent': 'connector-auth',
    ...headers,
    ...own,
    ...(body.once && length !== null ? { 'content-length': length } : {}),
  }
  const answer = await forwarded(core, open.connector.record.id, {
    url: target.url.href,
    method,
    headers: sent,
    body: contentOf(call.request, body),
    signal: call.request.signal,
  })
  const nonce = answer.headers['dpop-nonce']
  if (open.details.proofKey) keepNonce(core.nonces, target.url.origin, typeof nonce === 'string' ? nonce : nonce?.[0])
  return answer
}

/** Passes a request on and measures it, to the answer's head. */
async function forwarded(core: Core, connectorId: string, request: PassedRequest): Promise<PassedAnswer> {
  const started = performance.now()
  const tell = (outcome: CallOutcome) =>
    core.metrics.observeCall(connectorId, 'proxy', (performance.now() - started) / 1_000, outcome)
  try {
    const answer = await core.forward(request)
    tell(answer.status < 400 ? 'answered' : answer.status < 500 ? 'refused' : 'failed')
    return answer
  } catch (error) {
    tell('failed')
    throw error
  }
}

/** A stream is made only now that somebody listens to it: one that breaks off unheard would end the process. */
function contentOf(request: Request, { content }: Body): Uint8Array | Readable | null {
  if (content !== 'stream') return content
  return request.body ? Readable.fromWeb(request.body as NodeReadableStream) : null
}

/** Lets go of an answer that nobody reads: its connection would stay taken. */
function discard({ body }: PassedAnswer): void {
  // Ending it early is told as an error, which is none here.
  body.on('error', () => {}).destroy()
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

function asksForNonce(answer: PassedAnswer): boolean {
  return String(answer.headers['www-authenticate'] ?? '').includes('use_dpop_nonce')
}

/** Headers that prove who asks; query parameters that do are put on the target, over the caller's. */
async function prove(
  core: Core,
  { connector, details, token }: OpenConnection,
  { url }: Target,
  method: string,
): Promise<Readonly<Record<string, string>>> {
  const accessToken = token?.accessToken
  if (details.proofKey && accessToken !== undefined) {
    const nonce = core.nonces.get(url.origin)
    const proof = { method, url: url.href, accessToken, ...(nonce === undefined ? {} : { nonce }) }
    return { authorization: `DPoP ${accessToken}`, dpop: await proofFor(details.proofKey, proof) }
  }
  const { headers, query } = injectionOf(connector.record, valuesOf({ connector, details, token }))
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return headers
}

function answerOf(answer: PassedAnswer): Response {
  const { status } = answer
  const bare = status === 204 || status === 205 || status === 304
  if (status < 200 || status > 599) {
    discard(answer)
    throw new NetworkError('service_unavailable', `The service answered ${status}, which is no answer.`)
  }
  if (bare) discard(answer)
  const body = bare ? null : (Readable.toWeb(answer.body) as ReadableStream<Uint8Array>)
  return new Response(body, { status, headers: answeredHeaders(answer.headers) })
}
