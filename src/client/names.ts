/** Names what is kept, so that what belongs to one backend, one tag or one connector lies together. */

/** Where a set of names begins and where it ends, in the order of their characters. */
export type Range = readonly [from: string, to: string]

/** What a cache key is made of, in this order (DESIGN §4). */
export interface KeyParts {
  readonly backend: string
  readonly tag: string
  readonly connectorId: string
  /** '' before it is known. */
  readonly connectionId: string
  readonly scopes: readonly string[]
  readonly sessionKey: string
}

/** The cache key; the order of the scopes does not matter. */
export function keyOf({ backend, tag, connectorId, connectionId, scopes, sessionKey }: KeyParts): string {
  return JSON.stringify([backend, tag, connectorId, connectionId, [...scopes].sort().join(' '), sessionKey])
}

/** What every name begins with that has these first parts. */
export function prefixOf(...parts: readonly string[]): string {
  return JSON.stringify(parts).slice(0, -1)
}

/** All names that begin so. */
export function rangeOf(prefix: string): Range {
  return [prefix, `${prefix}\uffff`]
}

/** Where it is noted which connection of a connector is meant without an id; no connector has the empty id. */
export function aliasOf(backend: string, tag: string, connectorId: string): string {
  return JSON.stringify([backend, tag, '', connectorId])
}

/** What is told to other clients when connections of a connector changed; no connector has such a name. */
export const changeOf = (backend: string, tag: string, connectorId: string): string =>
  JSON.stringify([backend, tag, 'changed:', connectorId])

/** The connector whose connections changed; undefined for what tells something else. */
export function changedIn(name: string): string | undefined {
  try {
    const parts: unknown = JSON.parse(name)
    return Array.isArray(parts) && parts[2] === 'changed:' ? String(parts[3]) : undefined
  } catch {
    return undefined
  }
}

/** The session key of a cache key; undefined for every other name. */
export function sessionKeyIn(name: string): string | undefined {
  try {
    const parts: unknown = JSON.parse(name)
    return Array.isArray(parts) && parts.length === 6 ? String(parts[5]) : undefined
  } catch {
    return undefined
  }
}
