/** One typed call per route of an attempt that a host or a process starts; apart, because a page starts none of these. */

import {
  type AuthSessionAnswer,
  type AuthSessionRequest,
  authSessionAnswer,
  authSessionStatus,
  redeemedAnswer,
} from '../protocol/auth-session.ts'
import type { Call, Loose } from './call.ts'
import type { Owner } from './routes.ts'

/** Starts one attempt on the road that the request asks for. */
export const startAuthSession = (call: Call, body: Loose<AuthSessionRequest>): Promise<AuthSessionAnswer> =>
  call('POST /api/v1/auth-sessions', { answer: authSessionAnswer, body })

/** Tells how an owner's attempt stands. */
export const askAuthSession = (call: Call, sessionId: string, query: Owner) =>
  call(`GET /api/v1/auth-sessions/${encodeURIComponent(sessionId)}`, { answer: authSessionStatus, query })

/** Finishes an attempt on the loopback road; on the device road, asks whether the person is done. */
export const redeemHere = (
  call: Call,
  sessionId: string,
  body: Owner & Loose<{ readonly verifier?: string; readonly redirectUri?: string; readonly callback?: string }>,
) => call(`POST /api/v1/auth-sessions/${encodeURIComponent(sessionId)}/redeem`, { answer: redeemedAnswer, body })

/** Finishes an attempt whose answer came back to the backend. */
export const completeAuthSession = (call: Call, sessionId: string, body: Owner & { readonly completionCode: string }) =>
  call(`POST /api/v1/auth-sessions/${encodeURIComponent(sessionId)}/complete`, { answer: authSessionStatus, body })
