/** What every act of the backend works with. */

import type { Egress, Forward } from './egress/egress.ts'
import type { RateLimits } from './http/rate-limit.ts'
import type { Journal } from './journal/journal.ts'
import type { Metrics } from './metrics.ts'
import type { Discover } from './oauth/discovery.ts'
import type { Pauses } from './connections/pauses.ts'
import type { Pace } from './oauth/pace.ts'
import type { Settings } from './options.ts'
import type { KeyRing } from './sealing/key-ring.ts'
import type { Sealer } from './sealing/sealer.ts'
import type { Store } from './stores/store.ts'
import type { VerifyJwt } from './tokens/host-jwt.ts'
import type { CredentialRow } from './stores/tables.ts'

export interface Core {
  readonly settings: Settings
  readonly store: Store
  readonly ring: KeyRing
  readonly sealer: Sealer
  /** New tokens that the store did not take. */
  readonly journal: Journal
  readonly send: Egress
  readonly forward: Forward
  readonly discover: Discover
  /** The newest DPoP nonce of each origin (RFC 9449 §8). */
  readonly nonces: Map<string, string>
  readonly metrics: Metrics
  readonly rateLimits: RateLimits
  /** Checks the host's JWTs; undefined where none are accepted. */
  readonly verifyJwt: VerifyJwt | undefined
  /** Whether the process is about to end: then it is not ready, though it still answers. */
  readonly life: { draining: boolean; closing: boolean }
  /** Keys every tag and nonce; loaded before the first request. */
  readonly spaceKey: string
  /** Refreshes under way in this process, by row. */
  readonly refreshes: Map<string, Promise<CredentialRow>>
  /** How many token requests a server gets at once, and when it gets none. */
  readonly pace: Pace
  /** Connections whose refresh failed lately. */
  readonly pauses: Pauses
  /** Redemptions and revocations under way in this process. */
  readonly redemptions: Set<Promise<unknown>>
  /** Polls that wait for an attempt on the bridge, one each. */
  readonly polls: Map<string, AbortController>
  /** Ids of connectors that were added over the API, as far as they were used: names that metrics may have. */
  readonly addedConnectors: Set<string>
  /** Access tokens that were opened lately, by row, generation and sealed text. */
  readonly opened: Map<string, string>
  /** Tokens that are had for stored credentials and never stored, by row. */
  readonly minted: Map<string, Minting>
}

/** A token that lives in this process alone. */
export interface MintedToken {
  readonly accessToken: string
  readonly tokenType: string
  /** Milliseconds since 1970; 0 = unknown. */
  readonly expiresAt: number
  /** Milliseconds since 1970. */
  readonly receivedAt: number
  readonly scopes: readonly string[] | undefined
  /** What the answer told beside it, such as the account's host. */
  readonly captured: Readonly<Record<string, string>>
}

/** A token on its way, or there. */
export interface Minting {
  /** Of the stored credentials. */
  readonly generation: number
  readonly flight: Promise<MintedToken>
  token: MintedToken | undefined
}
