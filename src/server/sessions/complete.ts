/** Finishes an attempt whose answer came back to the backend: by the host, from its user's own signed-in request. */

import { AuthenticationError, InvalidRequestError } from '../../protocol/errors.ts'
import type { Core } from '../core.ts'
import { sha256 } from '../digest.ts'
import { contactOfSession } from './contact-of-session.ts'
import { finishSession } from './finish.ts'
import { completionHash, sameText } from './park.ts'
import { checkRequest, outcomeFor, parkedQuery, readAnswer } from './redeem.ts'
import { type Asker, type SessionRow, type StoredOutcome, moveSession, requireSession } from './rows.ts'
import { openSessionDetails } from './sealed.ts'

/** Wrong codes that an attempt survives. */
const maxTries = 5

/**
 * Completes an attempt on the host-callback or typed-code road.
 *
 * The code proves the browser that came back, the subject that the host's user is the one who started (RFC 9700 §4.7,
 * attacks 2 and 3); the same request again gives the same outcome.
 *
 * @throws {InvalidRequestError} `not_found`, also for another subject's attempt · `wrong_road`
 * @throws {AuthenticationError} `completion_code_wrong` · `answer_not_there` · `session_expired` · `session_consumed`
 */
export async function completeSession(
  core: Core,
  id: string,
  completionCode: string,
  asker: Asker,
): Promise<StoredOutcome> {
  const row = await requireSession(core, id, asker)
  if (row.road !== 'host_callback' && row.road !== 'typed_code')
    throw new InvalidRequestError('wrong_road', `An attempt on the road ${row.road} is not finished by this request.`)
  const hash = completionHash(row.id, completionCode)
  const requestHash = sha256(hash)
  if (row.status !== 'INACTIVE') return outcomeFor(core, row, requestHash, asker)
  await countTry(core, row, hash)
  const { verifier = '' } = await openSessionDetails(core, row)
  checkRequest(core, row, { verifier, redirectUri: row.redirect_uri })
  const contact = await contactOfSession(core, row)
  const response = readAnswer(row, contact, await parkedQuery(core, row))
  if (!(await moveSession(core, row, 'INACTIVE', { status: 'REDEEMING', requestHash })))
    return outcomeFor(core, await requireSession(core, id, asker), requestHash, asker)
  return finishSession(core, row, contact, response, verifier)
}

/**
 * Compared and counted in one write, so that tries in parallel are tries; the right code is none, however often it comes.
 */
async function countTry(core: Core, row: SessionRow, hash: string): Promise<void> {
  if (row.completion_hash === '')
    throw new AuthenticationError('answer_not_there', 'No answer has come back yet. Let the user finish first.')
  const counted = await core.store.db
    .updateTable('auth_session')
    .set((eb) => ({
      tries: eb
        .case()
        .when('completion_hash', '=', hash)
        .then(eb.ref('tries'))
        .else(eb('tries', '+', 1))
        .end(),
    }))
    .where('id', '=', row.id)
    .where('tries', '<', maxTries)
    .returning(['tries', 'completion_hash'])
    .executeTakeFirst()
  if (counted && sameText(hash, counted.completion_hash)) return
  if (counted && Number(counted.tries) < maxTries)
    throw new AuthenticationError('completion_code_wrong', 'The completion code is not the one of this attempt.')
  const outcome = {
    status: 'FAILED' as const,
    reason: 'completion_code_wrong',
    message: 'Too many wrong codes. Start the connection again.',
  }
  await moveSession(core, row, 'INACTIVE', { status: 'FAILED', outcome })
  throw new AuthenticationError('completion_code_wrong', outcome.message)
}
