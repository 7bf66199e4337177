/** What only some pages need to hold credentials; loaded when they do. */

export { askScheme, statusOfScheme } from './browser-scheme.ts'
export { connectorFetch } from './connector-fetch.ts'
export { openHostStore } from './host-store.ts'
export { clearSession, listSessionKeys } from './session-sets.ts'
