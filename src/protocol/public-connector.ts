/** What a browser may know of a connector; apart from the record, so that a browser does not load the record's schema. */

import { connectorId, scope } from './ids.ts'
import { type Infer, flag, list, object, oneOf, text } from './schema.ts'

/** An icon that cannot carry script: paths only. */
export const icon = object({
  viewBox: text({ pattern: '^[0-9. -]{1,60}$' }),
  paths: list(
    object(
      { d: text({ pattern: '^[MmZzLlHhVvCcSsQqTtAa0-9eE., \\t\\n+-]+$', maxLength: 8_000 }) },
      { fill: text({ pattern: '^#[0-9a-fA-F]{3,8}$' }) },
    ),
  ),
})

export const authMethod = oneOf('oauth2', 'client_credentials', 'api_key', 'basic', 'bearer', 'two_step', 'custom')
export type AuthMethod = Infer<typeof authMethod>

export const publicFields = {
  id: connectorId,
  name: text(),
  category: text(),
  method: authMethod,
  reach: oneOf('direct', 'proxy'),
  apiOrigins: list(text()),
  scopes: object({ default: list(scope), required: list(scope), optional: list(scope) }),
}
export const publicLooks = {
  monogram: text(),
  icon,
  /** Whether the person must be asked for something before they are connected: a form comes first. Absent: no. */
  asks: flag,
}

/** What every page reads; a form's fields are read only by a page that shows one. */
export const publicConnector = object(publicFields, publicLooks)
export type PublicConnector = Infer<typeof publicConnector>

export const connectors = object({ connectors: list(publicConnector, { maxItems: 2_000 }) })
