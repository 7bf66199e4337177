/** The key-encryption keys: a ring with one active key, each known by its id. */

import { base64url } from 'jose'
import { InvalidRequestError } from '../../protocol/errors.ts'

/** One key-encryption key: 256 bits under a name. */
export interface SealingKey {
  readonly id: string
  readonly bytes: Uint8Array
}

/** The first key seals, all of them open. */
export interface KeyRing {
  readonly active: SealingKey
  readonly keys: readonly SealingKey[]
  find(id: string): SealingKey | undefined
}

/**
 * Reads keys written as `id:base64url(32 bytes)`.
 *
 * @throws {InvalidRequestError} `invalid_configuration` that says which entry is wrong, never its value.
 */
export function readKeyRing(entries: readonly string[]): KeyRing {
  const keys = entries.map(readKey)
  const [active] = keys
  if (!active) throw invalid('there is none')
  if (new Set(keys.map((key) => key.id)).size < keys.length) throw invalid('two have the same id')
  return { active, keys, find: (id) => keys.find((key) => key.id === id) }
}

function readKey(entry: string, index: number): SealingKey {
  const match = /^([a-z0-9][a-z0-9_-]{0,31}):([A-Za-z0-9_-]{43})$/.exec(entry.trim())
  if (!match?.[1] || !match[2]) throw invalid(`entry ${index + 1} is not id:base64url of 32 bytes`)
  return { id: match[1], bytes: base64url.decode(match[2]) }
}

function invalid(fault: string): InvalidRequestError {
  return new InvalidRequestError('invalid_configuration', `sealingKeys: ${fault}. Run connector-auth init to make one.`)
}
