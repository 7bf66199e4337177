/** The whole route table of one backend: the protocol's, and those of the systems that are on. */

import type { RouteName } from '../../protocol/paths.ts'
import { type Route, routes } from '../../protocol/routes.ts'
import { type CompatRoute, type CompatSystem, compatRoutes } from './routes.ts'

export type AnyRoute = Route<RouteName> | CompatRoute

/** Every route that exists. */
export function routesOf(systems: ReadonlySet<CompatSystem>): readonly AnyRoute[] {
  return [...routes, ...compatRoutes.filter(({ system }) => systems.has(system))]
}
