/** Measures calls to one connector's services. */

import type { Egress } from '../egress/egress.ts'
import type { CallOutcome, Metrics } from '../metrics.ts'
import type { ProofSender } from './dpop.ts'

/** A sender whose calls are measured under a connector and an act, such as `token` or `revoke`. */
export function measured(
  { send, nonces, metrics }: ProofSender & { readonly metrics: Metrics },
  connectorId: string,
  act: string,
): ProofSender {
  const timed: Egress = async (request) => {
    const started = performance.now()
    const tell = (outcome: CallOutcome) =>
      metrics.observeCall(connectorId, act, (performance.now() - started) / 1_000, outcome)
    try {
      const answer = await send(request)
      tell(answer.status < 400 ? 'answered' : answer.status < 500 ? 'refused' : 'failed')
      return answer
    } catch (error) {
      tell('failed')
      throw error
    }
  }
  return { send: timed, nonces }
}
