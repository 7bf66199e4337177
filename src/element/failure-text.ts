/** What a failure is in other languages: English keeps the backend's own message, which is about this very failure. */

import type { Reason } from '../client/index.ts'

/** The reasons that a person can meet and do something about, by the sentence that tells of them. */
const sentences = {
  failureOffline: ['backend_unreachable'],
  failureBusy: [
    'draining',
    'internal',
    'jwks_unavailable',
    'key_unavailable',
    'rate_limited',
    'redeem_in_progress',
    'refresh_in_progress',
    'request_timeout',
    'storage_unavailable',
    'timeout',
    'token_source_unavailable',
  ],
  failureService: [
    'authorization_server_busy',
    'authorization_server_error',
    'authorization_server_timeout',
    'authorization_server_unavailable',
    'service_unavailable',
  ],
  failureAgain: [
    'answer_not_there',
    'interaction_required',
    'issuer_mismatch',
    'not_started_here',
    'redeem_outcome_unknown',
    'redemption_rejected',
    'session_consumed',
    'session_expired',
    'state_mismatch',
  ],
  failureAccount: ['account_mismatch'],
  failureSignedOut: [
    'connect_token_expired',
    'connect_token_invalid',
    'credential_missing',
    'signed_out',
    'token_source_failed',
  ],
  failureRejected: ['credentials_rejected'],
  failureInput: ['invalid_input'],
  failureScope: ['insufficient_scope', 'scope_not_granted'],
  // Everything else is for who runs the app: the card shows reason and request id beside it.
  failureOther: [],
} as const satisfies Readonly<Record<string, readonly Reason[]>>

type Sentence = keyof typeof sentences

/** The sentences that stand for failures. */
export type FailureText = Readonly<Record<Sentence, string>>

/** Names the sentence that tells of a failure. */
export function sentenceOf(reason: Reason): Sentence {
  for (const [sentence, reasons] of Object.entries(sentences) as [Sentence, readonly Reason[]][])
    if (reasons.includes(reason)) return sentence
  return 'failureOther'
}
