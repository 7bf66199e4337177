/** One typed call per route of an attempt; apart, because most pages that hold tokens start no attempt. */

import {
  type AuthSessionRequest,
  type Progress,
  type RedeemRequest,
  authSessionStatus,
  pageSession,
  progress,
  redeemed,
} from '../protocol/auth-session.ts'
import type { Call, Loose } from './call.ts'

/** Starts one attempt to authorize. */
export const createAuthSession = (call: Call, body: Loose<AuthSessionRequest>) =>
  call('POST /api/v1/auth-sessions', { answer: pageSession, body })

/** Tells how an attempt stands. */
export const getAuthSession = (call: Call, sessionId: string) =>
  call(`GET /api/v1/auth-sessions/${encodeURIComponent(sessionId)}`, { answer: authSessionStatus })

/** Tells how far an attempt on the bridge is, at once or as soon as it is further than `after`: within 25 s. */
export const askProgress = async (call: Call, sessionId: string, after: Progress | undefined): Promise<Progress> =>
  (
    await call(`GET /api/v1/auth-sessions/${encodeURIComponent(sessionId)}/progress`, {
      answer: progress,
      query: { after },
    })
  ).progress

/** Finishes an attempt with what came back on its redirect URI; the same request may be sent again. */
export const redeemAuthSession = (call: Call, sessionId: string, body: RedeemRequest) =>
  call(`POST /api/v1/auth-sessions/${encodeURIComponent(sessionId)}/redeem`, { answer: redeemed, body })
