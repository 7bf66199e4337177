/** The error of whoever comes too often, or too early: the answer carries `Retry-After`. */

import { NetworkError } from '../protocol/errors.ts'
import type { Reason } from '../protocol/reasons.ts'

export class RetryLaterError extends NetworkError {
  readonly retryAfterSeconds: number

  constructor(reason: Reason, message: string, retryAfterSeconds: number) {
    super(reason, message, { retryable: true })
    this.name = 'RetryLaterError'
    this.retryAfterSeconds = retryAfterSeconds
  }
}
