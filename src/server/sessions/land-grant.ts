/** Makes the connection of an attempt: the grant and the attempt's end stand or fall together. */

import type { Connection } from '../../protocol/connection.ts'
import { AuthenticationError } from '../../protocol/errors.ts'
import { type NewGrant, saveGrant } from '../connections/save.ts'
import type { Core } from '../core.ts'
import { type StoredOutcome, outcomeUnknown } from './rows.ts'

/** What an attempt brought. */
export interface SessionGrant {
  readonly sessionId: string
  readonly scopes: Connection['scopes']
  readonly grant: NewGrant
}

/**
 * @throws {AuthenticationError} `redeem_outcome_unknown` where the attempt was given up meanwhile · `account_mismatch`
 */
export async function landGrant(core: Core, { sessionId, scopes, grant }: SessionGrant): Promise<StoredOutcome> {
  let outcome: StoredOutcome = outcomeUnknown
  await saveGrant(core, grant, async (trx, { connectionId, existing, createdAt }) => {
    outcome = { status: 'ACTIVE', connectionId, scopes, account: grant.account ?? null, existing, createdAt }
    const ended = await trx
      .updateTable('auth_session')
      .set({
        status: 'ACTIVE',
        status_at: core.settings.now(),
        outcome: JSON.stringify(outcome),
        parked: '',
        details: '',
      })
      .where('id', '=', sessionId)
      .where('status', '=', 'REDEEMING')
      .executeTakeFirst()
    // The attempt was given up as unknown meanwhile: its connection must not appear after that was said.
    if (ended.numUpdatedRows === 0n)
      throw new AuthenticationError(
        'redeem_outcome_unknown',
        'The redemption took too long. Start the connection again.',
      )
  })
  return outcome
}
