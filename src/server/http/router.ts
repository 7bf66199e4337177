/** Serves the route table: nothing outside it exists. */

import { Hono } from 'hono'
import { ConnectorAuthError, InvalidRequestError, NetworkError } from '../../protocol/errors.ts'
import { type Route, methodsOf } from '../../protocol/routes.ts'
import { withBearer } from '../compat/credential-header.ts'
import { compatHandlers } from '../compat/handlers.ts'
import { type AnyRoute, routesOf } from '../compat/table.ts'
import type { Core } from '../core.ts'
import type { Settings } from '../options.ts'
import { shortened } from '../logger.ts'
import { clientAddress } from './address.ts'
import { authenticate } from './authenticate.ts'
import { checked } from './body.ts'
import { type RequestContext, currentContext, newContext, runInContext } from './context.ts'
import { handlers } from './handlers.ts'
import { addCors, preflight } from './origin.ts'
import { problemAnswer } from './problem.ts'
import { nextRequestId } from './request-id.ts'
import { isRefusal, noteRefusal } from './refusal.ts'

/** What whoever received a request knows beside it. */
export interface RequestInfo {
  /** The address of the socket. */
  readonly remoteAddress?: string | undefined
}

/** Makes the function that answers every request of the backend. */
export function createRouter(core: Core): (request: Request, info?: RequestInfo) => Promise<Response> {
  const app = new Hono<{ Bindings: { address: string | undefined } }>()
  const table = routesOf(core.settings.compat)
  for (const route of table) {
    const path = route.path.replace('{path}', '*').replaceAll(/\{(\w+)\}/g, ':$1')
    app.on([...methodsOf(route)], path, async ({ req, env }) => serve(core, route, req.raw, req.param(), env.address))
  }
  app.notFound((context) => {
    throw missing(table, new URL(context.req.url).pathname)
  })
  // Hono answers an error itself unless it is let through; the problem document is made in one place.
  app.onError((error) => {
    throw error
  })
  return async (incoming, info = {}) => {
    const started = performance.now()
    const context = newContext(nextRequestId())
    const origin = incoming.headers.get('origin')
    const request = withoutBasePath(incoming, core.settings.basePath)
    const forwardedFor = incoming.headers.get('x-forwarded-for')
    const address = clientAddress(info.remoteAddress, forwardedFor, core.settings.trustedProxies)
    context.address = address
    return runInContext(context, async () => {
      let answer: Response
      try {
        if (!isProbe(request)) await core.rateLimits.countAddress(address)
        answer =
          incoming.method === 'OPTIONS' ? preflight(request, core.settings) : await app.fetch(request, { address })
      } catch (error) {
        answer = await fail(core, storeFault(core, error), request, address)
      }
      observe(core, context, request.method, answer.status, performance.now() - started)
      return finish(answer, context.requestId, origin, core.settings)
    })
  }
}

const allHandlers = { ...handlers, ...compatHandlers }

const probes = ['/healthz', '/readyz']

/** Whoever watches over the process must not be told that it is busy. */
function isProbe(request: Request): boolean {
  return probes.includes(new URL(request.url).pathname)
}

async function serve(
  core: Core,
  route: AnyRoute,
  request: Request,
  found: Readonly<Record<string, string>>,
  address: string | undefined,
): Promise<Response> {
  const context = currentContext()
  if (context) context.route = route.name
  const asked = 'system' in route ? withBearer(request, route.system) : request
  const caller = await authenticate(core, asked, route).catch((error: unknown) => refuseGuess(core, address, error))
  const params = Object.fromEntries(
    Object.entries(route.params).map(([name, schema]) => [name, checked(schema, found[name])]),
  )
  const result = await allHandlers[route.name]({ core, request, url: new URL(request.url), params, caller })
  if (result instanceof Response) return result
  if (result === undefined) return new Response(null, { status: route.status })
  return new Response(JSON.stringify(result), { status: route.status, headers: { 'content-type': 'application/json' } })
}

/** Who failed too often is told so; whoever is known is never refused for others at the same address (attack 60). */
async function refuseGuess(core: Core, address: string | undefined, error: unknown): Promise<never> {
  if (currentContext()?.actor.kind === 'unknown') await core.rateLimits.refuseFailing(address)
  throw error
}

/** Makes the answer of a request that failed, and takes note where somebody was refused. */
async function fail(core: Core, error: unknown, request: Request, address: string | undefined): Promise<Response> {
  const context = currentContext() ?? newContext('')
  const { requestId, route } = context
  const answer = problemAnswer(error, requestId)
  const reason = error instanceof ConnectorAuthError ? error.reason : 'internal'
  // RFC 9110 §15.5.6
  if (answer.status === 405)
    answer.headers.set('allow', methodsAt(routesOf(core.settings.compat), new URL(request.url).pathname).join(', '))
  if (isRefusal(answer.status, reason)) await noteRefusal(core, reason, address)
  if (answer.status >= 500 && !request.signal.aborted)
    core.settings.logger.error('request failed', { requestId, route, error })
  else core.settings.logger.debug('request refused', { requestId, route, reason })
  return answer
}

function observe(core: Core, context: RequestContext, method: string, status: number, ms: number): void {
  const { requestId, route, actor } = context
  core.metrics.countRequest({ route, method, status, seconds: ms / 1_000 })
  core.settings.logger.info('request', {
    requestId,
    route,
    method: shortened(method),
    status,
    ms: Math.round(ms * 10) / 10,
    caller: actor.kind,
    callerId: actor.id,
  })
}

function storeFault(core: Core, error: unknown): unknown {
  if (!core.store.isFault(error)) return error
  return new NetworkError('storage_unavailable', 'The store does not answer. Try again in a moment.', {
    cause: error,
    retryable: true,
  })
}

/** A mounted backend is asked with or without its path in front, depending on who mounts it. */
function withoutBasePath(request: Request, basePath: string): Request {
  const url = new URL(request.url)
  if (basePath === '' || !url.pathname.startsWith(`${basePath}/`)) return request
  url.pathname = url.pathname.slice(basePath.length)
  return new Request(url, request)
}

function missing(table: readonly Route[], path: string): InvalidRequestError {
  const methods = methodsAt(table, path)
  if (methods.length === 0) return new InvalidRequestError('not_found', 'There is no such route.')
  return new InvalidRequestError('method_not_allowed', `Use ${methods.join(' or ')} here.`)
}

function methodsAt(table: readonly Route[], path: string): string[] {
  return table.filter((route) => patternOf(route).test(path)).flatMap((route) => methodsOf(route))
}

function patternOf({ path }: Route): RegExp {
  return new RegExp(`^${path.replace('{path}', '.*').replaceAll(/\{\w+\}/g, '[^/]+')}$`)
}

/** What every answer carries: tokens pass here, so nothing is ever cached, framed or sniffed. */
export function finish(answer: Response, requestId: string, origin: string | null, settings: Settings): Response {
  const { headers } = answer
  addCors(headers, origin, settings)
  headers.set('cache-control', 'no-store')
  headers.set('x-content-type-options', 'nosniff')
  headers.set('cross-origin-resource-policy', 'same-origin')
  headers.set('x-request-id', requestId)
  if (!headers.has('referrer-policy')) headers.set('referrer-policy', 'no-referrer')
  if (!headers.has('content-security-policy'))
    headers.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
  return answer
}
