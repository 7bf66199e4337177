/** Random identifiers and digests. */

import { createHash, createHmac, randomBytes } from 'node:crypto'

/** Random bits in lower-case hex. */
export const randomHex = (bits: number): string => randomBytes(bits / 8).toString('hex')

/** 256 random bits in base64url: a `state` or a `nonce`. */
export const randomToken = (): string => randomBytes(32).toString('base64url')

/** SHA-256 in base64url, also the S256 challenge of a verifier (RFC 7636 §4.2). */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url')

/** HMAC-SHA-256 over a list of strings; encoded as JSON so that no two lists read the same. */
export const hmac = (key: string, parts: readonly string[]): Buffer =>
  createHmac('sha256', key).update(JSON.stringify(parts)).digest()
