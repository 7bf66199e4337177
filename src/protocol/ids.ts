/** The shapes of every identifier and secret that appears on the wire. */

import { text } from './schema.ts'

export { codeChallenge, codeVerifier, sessionId, stateKey } from './attempt-ids.ts'

/** A connector's name: `google-sheets`. */
export const connectorId = text({ pattern: '^[a-z0-9][a-z0-9_-]{0,63}$', maxLength: 64 })

/** A connection's id: `default`, or 128 random bits in hex. */
export const connectionId = text({ pattern: '^(default|[0-9a-f]{32})$', maxLength: 32 })

/** A connect token, `cct_<tag>_<secret>`: the tag is public and constant per person, the secret is 256 random bits. */
export const connectToken = text({ pattern: '^cct_[0-9a-f]{32}_[0-9a-f]{64}$', maxLength: 101 })

/** A space, org, or tenant name; '' stands for none. */
export const groupName = text({ pattern: '^[A-Za-z0-9._:@|-]*$', maxLength: 200 })

/** The host's stable id of a person: any printable text, never empty. */
export const subject = text({ pattern: '^[^\\p{Cc}\\p{Cs}]+$', minLength: 1, maxLength: 200 })

/** One scope name: `scope-token` of RFC 6749 §3.3. */
export const scope = text({ pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]+$', minLength: 1, maxLength: 300 })

/** The tag of a well-formed connect token. */
export function tagOf(token: string): string {
  return token.slice(4, 36)
}
