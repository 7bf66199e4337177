/** An error over HTTP (RFC 9457), with the fields that OAuth clients look for. */

import { type Infer, flag, object, oneOf, text, whole } from './schema.ts'

export const problem = object(
  {
    type: text(),
    title: text(),
    status: whole(),
    detail: text(),
    code: oneOf('TIMEOUT', 'AUTH_FAILED', 'NETWORK_ERROR', 'INVALID_RESPONSE', 'INVALID_REQUEST'),
    reason: text({ maxLength: 64 }),
    requestId: text({ maxLength: 64 }),
    retryable: flag,
  },
  {
    /** The authorization server's `error` where there is one, else the reason (RFC 6749 §5.2). */
    error: text(),
    error_description: text(),
  },
)
export type Problem = Infer<typeof problem>
