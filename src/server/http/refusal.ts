/** Takes note of callers that were refused: counted where nobody knows who they are, and recorded. */

import type { Reason } from '../../protocol/reasons.ts'
import { record } from '../audit.ts'
import type { Core } from '../core.ts'
import { currentContext } from './context.ts'

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
