/** Asks whether a person has entered the device's code: once per question, never sooner than the server allows. */

import { sql } from 'kysely'
import type { Core } from '../core.ts'
import type { Contact } from '../oauth/contact.ts'
import { heeded } from '../oauth/measured.ts'
import { requestTokens } from '../oauth/token-request.ts'
import { at, readBody, readTokenResponse } from '../oauth/token-response.ts'
import { contactOfSession } from './contact-of-session.ts'
import { connectTokens, detached, endSession, requireTokens, settle, takeBack } from './finish.ts'
import { type RedeemOutcome, type SessionRow, moveSession, statusOf } from './rows.ts'
import { openSessionDetails, sealDetails } from './sealed.ts'

/** `slow_down` adds this (RFC 8628 §3.5). */
const slowerSeconds = 5

/**
 * One question to the token endpoint; INACTIVE while the person is not done, and where it is too soon to ask.
 *
 * @see RFC 8628 §3.4, §3.5
 */
export async function pollDevice(core: Core, row: SessionRow): Promise<RedeemOutcome> {
  const status = statusOf(core, row)
  if (status.status !== 'INACTIVE' || row.status !== 'INACTIVE') return status
  const { deviceCode = '', deviceIntervalSeconds = '5', ...details } = await openSessionDetails(core, row)
  if (!(await mayAsk(core, row, Number(deviceIntervalSeconds)))) return status
  const contact = await contactOfSession(core, row)
  return detached(core, ask(core, row, contact, { ...details, deviceCode, deviceIntervalSeconds }))
}

/** The time of the last question stands in the row, so that several askers are as patient as one. */
async function mayAsk({ store }: Core, row: SessionRow, intervalSeconds: number): Promise<boolean> {
  const asked = await store.db
    .updateTable('auth_session')
    .set({ started_at: sql<number>`${store.clock}` })
    .where('id', '=', row.id)
    .where('status', '=', 'INACTIVE')
    .where(sql<boolean>`started_at + ${intervalSeconds * 1_000} <= ${store.clock}`)
    .executeTakeFirst()
  return asked.numUpdatedRows === 1n
}

async function ask(
  core: Core,
  row: SessionRow,
  contact: Contact,
  kept: { readonly details: string; readonly deviceCode: string; readonly deviceIntervalSeconds: string },
): Promise<RedeemOutcome> {
  const answer = await requestTokens(heeded(core, contact, 'token'), contact, {
    type: 'device_code',
    deviceCode: kept.deviceCode,
  })
  const error = at(readBody(answer), 'error')
  if (error === 'slow_down') await slowDown(core, row, kept)
  const result = readTokenResponse(contact.record, answer, core.settings.now())
  if (error === 'authorization_pending' || error === 'slow_down' || result.kind === 'unavailable')
    return statusOf(core, row)
  if (!(await moveSession(core, row, 'INACTIVE', { status: 'REDEEMING' }))) {
    // Another question was answered first: what this one brought is nobody's.
    if (result.kind === 'tokens') await takeBack(core, row, result.tokens, {})
    return statusOf(core, row)
  }
  if (error === 'access_denied')
    return endSession(core, row, { status: 'FAILED', reason: 'access_denied', message: 'Access was not given.', error })
  if (error === 'expired_token')
    return endSession(core, row, {
      status: 'FAILED',
      reason: 'session_expired',
      message: 'The code was not entered in time. Start the connection again.',
    })
  return settle(core, row, () => connectTokens(core, row, contact, {}, requireTokens(contact, result)))
}

async function slowDown(
  core: Core,
  row: SessionRow,
  kept: { readonly details: string; readonly deviceCode: string; readonly deviceIntervalSeconds: string },
): Promise<void> {
  const deviceIntervalSeconds = String(Number(kept.deviceIntervalSeconds) + slowerSeconds)
  const details = await sealDetails(core, row, { ...kept, deviceIntervalSeconds })
  await core.store.db.updateTable('auth_session').set({ details }).where('id', '=', row.id).execute()
}
