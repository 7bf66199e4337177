/** What a page that calls a connector's API must know of it; apart, because most pages call none. */

import { publicFields } from './public-connector.ts'
import { type Infer, list, object, record, text } from './schema.ts'

const { id, method, reach, apiOrigins } = publicFields

/** The origins behind the proxy's aliases; one that depends on what a person typed stands there as a template. */
export const proxyOrigins = record(text())

const connectorReach = object({ id, method, reach, apiOrigins }, { proxyOrigins })
export type ConnectorReach = Infer<typeof connectorReach>

export const reaches = object({ connectors: list(connectorReach, { maxItems: 2_000 }) })
