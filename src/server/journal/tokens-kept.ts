/** The error of new tokens that wait in the journal: the same request again gets them once the store takes them. */

import { NetworkError } from '../../protocol/errors.ts'

export class TokensKept extends NetworkError {
  constructor(cause?: unknown) {
    super('storage_unavailable', 'The store does not take the new tokens; they are kept. Try again in a moment.', {
      cause,
      retryable: true,
    })
    this.name = 'TokensKept'
  }
}
