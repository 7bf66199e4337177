/** The shapes of what an attempt is known by; apart from the other identifiers, because a page loads them later. */

import { text } from './schema.ts'

/** An auth session's id. */
export const sessionId = text({ pattern: '^as_[0-9a-f]{32}$', maxLength: 35 })

/** A `state` value: 256 random bits in base64url (RFC 6749 §10.12). */
export const stateKey = text({ pattern: '^[A-Za-z0-9_-]{43}$', maxLength: 43 })

/** An S256 `code_challenge` (RFC 7636 §4.2). */
export const codeChallenge = text({ pattern: '^[A-Za-z0-9_-]{43}$', maxLength: 43 })

/** A `code_verifier` (RFC 7636 §4.1). */
export const codeVerifier = text({ pattern: '^[A-Za-z0-9._~-]{43,128}$', maxLength: 128 })
