/** The error of a sealed text that stands where it was not sealed, or was changed. */

import { NetworkError } from '../../protocol/errors.ts'

export function decryptFailed(cause?: unknown): NetworkError {
  return new NetworkError(
    'decrypt_failed',
    'A sealed text does not open where it stands: it was moved, changed or is of another generation.',
    { cause },
  )
}
