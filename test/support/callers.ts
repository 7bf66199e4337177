/** One sample request of every route, for tests that walk the route table. */

import type { CredentialKind, Route } from '../../src/protocol/routes.ts'
import { routesOf } from '../../src/server/compat/table.ts'

/** Every system of the reference systems. */
export const everySystem = { fastn: true, fiberwise: true } as const

/** Routes that take a credential, those of the reference systems too. */
export const guarded: readonly Route[] = routesOf(new Set(['fastn', 'fiberwise'])).filter(
  ({ accepts }) => accepts !== 'public',
)

export const accepts = (route: Route, kind: CredentialKind): boolean =>
  route.accepts !== 'public' && route.accepts.includes(kind)

const samples: Readonly<Record<string, string>> = {
  connectorId: 'fake',
  sessionId: `as_${'0'.repeat(32)}`,
  space: 'default',
  apiKeyId: `key_${'0'.repeat(32)}`,
}

/** A route's path with values that fit and belong to nobody; a parameter that is not known here has its schema's least. */
export const samplePath = (route: Route): string =>
  route.path.replaceAll(/\{(\w+)\}/g, (_, name) => samples[name] ?? 'x')

/** A method that the route has. */
export const methodOf = (route: Route): string => (route.method === 'ANY' ? 'POST' : route.method)

/** A body where the route reads one. */
export const sampleBody = (route: Route): unknown => (['POST', 'PUT'].includes(methodOf(route)) ? {} : undefined)
