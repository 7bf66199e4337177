/** What is known of the request that is being answered, wherever the work for it goes. */

import { AsyncLocalStorage } from 'node:async_hooks'
import type { ActorKind } from '../../protocol/audit.ts'
import type { RouteName } from '../../protocol/paths.ts'
import type { CompatRouteName } from '../compat/routes.ts'

/** Who acts: `id` is the API key's id or the connect token's tag; '' where there is none. */
export interface Actor {
  readonly kind: ActorKind
  readonly id: string
}

/** One request; route and actor are known only as it goes on. */
export interface RequestContext {
  readonly requestId: string
  route: RouteName | CompatRouteName | 'none'
  actor: Actor
  /** The address on the other side, where it is known. */
  address?: string | undefined
}

const storage = new AsyncLocalStorage<RequestContext>()

/** Begins with a request of which nothing is known yet. */
export function newContext(requestId: string): RequestContext {
  return { requestId, route: 'none', actor: { kind: 'unknown', id: '' } }
}

/** Runs the work for one request: every act under it finds the context without being handed it. */
export function runInContext<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work)
}

/** The request that the present act works for; undefined for what nobody asked for over HTTP. */
export function currentContext(): RequestContext | undefined {
  return storage.getStore()
}

/** Notes who sent the present request: as soon as it is known, so that a refusal tells it too. */
export function identify(actor: Actor): void {
  const context = storage.getStore()
  if (context) context.actor = actor
}
