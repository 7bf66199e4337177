/** One typed call per route of an attempt; apart, because most pages that hold tokens start no attempt. */

import {
  type AuthSessionRequest,
  type RedeemRequest,
  authSessionCreated,
  authSessionStatus,
  redeemed,
} from '../protocol/auth-session.ts'
import type { Call, Loose } from './call.ts'

/** Starts one attempt to authorize. */
export const createAuthSession = (call: Call, body: Loose<AuthSessionRequest>) =>
  call('POST /api/v1/auth-sessions', { answer: authSessionCreated, body })

/** Tells how an attempt stands. */
export const getAuthSession = (call: Call, sessionId: string) =>
  call(`GET /api/v1/auth-sessions/${encodeURIComponent(sessionId)}`, { answer: authSessionStatus })

/** Finishes an attempt with what came back on its redirect URI; the same request may be sent again. */
export const redeemAuthSession = (call: Call, sessionId: string, body: RedeemRequest) =>
  call(`POST /api/v1/auth-sessions/${encodeURIComponent(sessionId)}/redeem`, { answer: redeemed, body })
