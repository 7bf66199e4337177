/** Turns an error into its HTTP answer. */

import { ConnectorAuthError } from '../../protocol/errors.ts'
import type { Problem } from '../../protocol/problem.ts'
import { reasons } from '../../protocol/reasons.ts'
import { RetryLaterError } from '../retry-later.ts'

/** A name, not an address: docs/errors.md has a section for each reason. */
const prefix = 'urn:connector-auth:reason:'

/** Describes an error as a problem document; what is not ours becomes `internal` and says nothing of itself. */
function problemOf(error: unknown, requestId: string): Problem {
  const known = error instanceof ConnectorAuthError ? error : undefined
  const reason = known?.reason ?? 'internal'
  const { code, status = 500, title, remedy, retryable } = reasons[reason]
  const detail = known?.message ?? `${title}. ${remedy}`
  return {
    type: `${prefix}${reason}`,
    title,
    status,
    detail,
    code,
    reason,
    requestId,
    retryable: retryable === true,
    error: reason,
    error_description: detail,
  }
}

/** The answer that carries a problem (RFC 9457); a 401 names the scheme (RFC 6750 §3). */
export function problemAnswer(error: unknown, requestId: string): Response {
  const problem = problemOf(error, requestId)
  const headers = new Headers({ 'content-type': 'application/problem+json' })
  if (problem.status === 401)
    headers.set(
      'www-authenticate',
      `Bearer error="${problem.reason === 'credential_missing' ? 'invalid_request' : 'invalid_token'}"`,
    )
  if (error instanceof RetryLaterError) headers.set('retry-after', String(error.retryAfterSeconds))
  else if (problem.status === 503) headers.set('retry-after', '1')
  return new Response(JSON.stringify(problem), { status: problem.status, headers })
}
