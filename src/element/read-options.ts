/** How credentials are read. */

/** Which credentials are meant. */
export interface ReadOptions {
  /** Which connection, where there are several. */
  readonly connectionId?: string
  /** What the token must have; it may have more. */
  readonly scopes?: readonly string[]
  /** Whether to have a new token made, whatever is cached. */
  readonly forceRefresh?: boolean
  /** Rejects with `scope_not_separable` where the token has more scopes than these. */
  readonly exactScopes?: boolean
}
