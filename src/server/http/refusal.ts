/** Takes note of callers that were refused: counted where nobody knows who they are, and recorded. */

import type { Reason } from '../../protocol/reasons.ts'
import { record } from '../audit.ts'
import type { Core } from '../core.ts'
import { currentContext } from './context.ts'

/** What is refused with another status than 401 or 403, and is an attack or looks like one. */
const suspicious: readonly Reason[] = [
  'state_mismatch',
  'issuer_mismatch',
  'verifier_mismatch',
  'redirect_uri_mismatch',
  'completion_code_wrong',
  'session_consumed',
  'credential_in_url',
]

/** Whether a refusal belongs in the audit. */
export function isRefusal(status: number, reason: Reason): boolean {
  return status === 401 || status === 403 || suspicious.includes(reason)
}

/** Records a refusal that a person sees as a page: on the bridge, on the callback. */
export async function noteRefusedAttempt(core: Core, reason: Reason): Promise<void> {
  await noteRefusal(core, reason, currentContext()?.address)
}

/**
 * Records a refusal. Callers that are known are held by their credential's limit; unknown ones are counted against
 * their address, and no more of them are recorded than its limit lets through: a flood must not fill the store.
 */
export async function noteRefusal(core: Core, reason: Reason, address: string | undefined): Promise<void> {
  const known = currentContext()?.actor.kind !== 'unknown'
  if (!known && !(await core.rateLimits.countFailure(address))) return
  try {
    await record(core, { event: 'access.refused', result: 'failure', reason })
  } catch (error) {
    // The caller is refused in any case.
    core.settings.logger.error('a refusal could not be recorded', { error })
  }
}
