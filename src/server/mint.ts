/** The host's endpoint that gives its signed-in user a connect token. */

import { type ConnectTokenAnswer, type ConnectTokenRequest, connectTokenAnswer } from '../protocol/connect-token.ts'
import { AuthenticationError, InvalidResponseError, NetworkError } from '../protocol/errors.ts'
import { parse } from '../protocol/parse.ts'
import type { Backend } from './backend.ts'
import { problemAnswer } from './http/problem.ts'
import { nextRequestId } from './http/request-id.ts'

export type MintOptions = (
  | { readonly backend: Pick<Backend, 'mintConnectToken' | 'allowedOrigins'> }
  | {
      /** The backend's public URL. */
      readonly url: string
      readonly apiKey: string
      readonly fetch?: typeof fetch
    }
) & {
  /** Pages on other sites that may ask for a token; the in-process backend's own allowed origins where absent. */
  readonly allowedOrigins?: readonly string[]
}

/** Answers the element's `token-url`: the host says who is signed in, this says the rest. */
export type MintConnectToken = (request: Request, who: ConnectTokenRequest) => Promise<Response>

/**
 * Makes `mintConnectToken`, from the backend in this process or over HTTP with an API key (then it needs only fetch).
 *
 * A request from another site is refused unless its origin is allowed: the host's cookies travel with it.
 */
export function createMint(options: MintOptions): MintConnectToken {
  const allowed = new Set(options.allowedOrigins ?? ('backend' in options ? options.backend.allowedOrigins : []))
  return async (request, who) => {
    const origin = request.headers.get('origin')
    const known = origin !== null && allowed.has(origin)
    try {
      if (request.headers.get('sec-fetch-site') === 'cross-site' && !known) {
        throw new AuthenticationError(
          'origin_not_allowed',
          `The origin ${JSON.stringify(origin?.slice(0, 200) ?? 'none')} may not ask for a connect token.`,
        )
      }
      return finish(Response.json(await mint(options, who)), known ? origin : null)
    } catch (error) {
      return finish(problemAnswer(error, nextRequestId()), known ? origin : null)
    }
  }
}

function mint(options: MintOptions, who: ConnectTokenRequest): Promise<ConnectTokenAnswer> {
  return 'backend' in options ? options.backend.mintConnectToken(who) : mintOverHttp(options, who)
}

async function mintOverHttp(
  options: Extract<MintOptions, { url: string }>,
  who: ConnectTokenRequest,
): Promise<ConnectTokenAnswer> {
  const send = options.fetch ?? fetch
  let answer: Response
  try {
    answer = await send(`${options.url.replace(/\/+$/, '')}/api/v1/connect-tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${options.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(who),
      redirect: 'manual',
      signal: AbortSignal.timeout(15_000),
    })
  } catch (cause) {
    throw new NetworkError('backend_unreachable', 'The backend cannot be reached. Check its URL.', {
      cause,
      retryable: true,
    })
  }
  if (answer.status === 429 || answer.status >= 500)
    throw new NetworkError('backend_unreachable', `The backend answered ${answer.status}. Try again in a moment.`, {
      retryable: true,
      statusCode: answer.status,
    })
  if (answer.status !== 201)
    throw new InvalidResponseError(
      'protocol_mismatch',
      `The backend answered ${answer.status} to a mint. Check URL and API key.`,
    )
  try {
    return parse(connectTokenAnswer, await answer.json(), 'drop')
  } catch (cause) {
    throw new InvalidResponseError(
      'protocol_mismatch',
      'The backend did not answer with a connect token. Check its URL.',
      { cause },
    )
  }
}

function finish(answer: Response, corsOrigin: string | null): Response {
  const headers = new Headers(answer.headers)
  headers.set('cache-control', 'no-store')
  headers.append('vary', 'Origin')
  if (corsOrigin !== null) {
    headers.set('access-control-allow-origin', corsOrigin)
    headers.set('access-control-allow-credentials', 'true')
  }
  return new Response(answer.body, { status: answer.status, headers })
}
