/** Finishes an attempt whose answer is here: has it redeemed, and says how it ended. */

import { redeemAuthSession } from '../api/attempts.ts'
import type { Call } from '../api/call.ts'
import { delay } from '../api/wait.ts'
import type { RedeemRequest, Redeemed } from '../protocol/auth-session.ts'
import { ConnectorAuthError } from '../protocol/errors.ts'
import { outcomeOf } from './outcome.ts'
import type { Traveller } from './road.ts'

/** What every road is made with. */
export interface RoadOptions {
  readonly call: Call
  readonly connectorId: string
  /** Ends when the person signs out or the client is closed. */
  readonly personSignal: AbortSignal
  /** Hears the backend's answer, before the attempt settles. */
  readonly onRedeemed: (answer: Redeemed) => Promise<void>
  /** Hears of an answer that came when the attempt had already ended here. */
  readonly onLate: (answer: Redeemed) => void
}

/** An answer with which the backend is asked to finish. */
export interface Redemption {
  readonly id: string
  readonly deadline: number
  readonly body: RedeemRequest
}

/** Redeems, and ends the attempt; what comes after a Cancel is a connection all the same, and must not be lost. */
export async function finish(redemption: Redemption, traveller: Traveller, options: RoadOptions): Promise<void> {
  try {
    await settle(await redeem(options.call, redemption), traveller, options)
  } catch (error) {
    traveller.fail(error)
  }
}

/** Ends the attempt with what the backend tells of it, whoever redeemed. */
export async function settle(answer: Redeemed, { step }: Traveller, options: RoadOptions): Promise<void> {
  const { connectorId, onRedeemed, onLate } = options
  // A connection that could not be kept here is a connection all the same.
  await onRedeemed(answer).catch(() => undefined)
  if (!step({ type: 'settled', outcome: outcomeOf(connectorId, answer) })) onLate(answer)
}

const longestPause = 4_000

/** Sends the same request until it is answered: the backend answers it again with what it has stored. */
async function redeem(call: Call, { id, deadline, body }: Redemption): Promise<Redeemed> {
  for (let milliseconds = 250; ; milliseconds *= 2) {
    try {
      return await redeemAuthSession(call, id, body)
    } catch (error) {
      if (!(error instanceof ConnectorAuthError && error.retryable)) throw error
      // The person has consented: a host that gives no connect token for a while does not undo that.
      const again = milliseconds < 5_000 || error.reason === 'token_source_unavailable'
      const pause = Math.min(milliseconds, longestPause)
      if (!again || performance.now() + pause > deadline) throw error
      await (navigator.onLine ? delay(pause) : online(deadline))
    }
  }
}

/** An answer that is here is not given up because the network is away for a minute. */
function online(deadline: number): Promise<unknown> {
  return Promise.race([
    new Promise((resolve) => addEventListener('online', resolve, { once: true })),
    delay(Math.max(0, deadline - performance.now() - 1_000)),
  ])
}
