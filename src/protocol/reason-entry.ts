/** One reason: its code, its HTTP status, whether a retry helps, and what to do. */

/** What kind of thing went wrong; stable. */
export type ErrorCode = 'TIMEOUT' | 'AUTH_FAILED' | 'NETWORK_ERROR' | 'INVALID_RESPONSE' | 'INVALID_REQUEST'

export interface ReasonEntry {
  readonly code: ErrorCode
  /** The HTTP status; absent for reasons that only arise in a browser or process. */
  readonly status?: number
  readonly retryable?: true
  readonly title: string
  readonly remedy: string
}

export const entry = (
  code: ErrorCode,
  status: number | undefined,
  title: string,
  remedy: string,
  retryable?: true,
): ReasonEntry => ({
  code,
  ...(status === undefined ? {} : { status }),
  title,
  remedy,
  ...(retryable ? { retryable } : {}),
})
