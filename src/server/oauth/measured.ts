/** Measures calls to one connector's services. */

import type { Egress } from '../egress/egress.ts'
import type { CallOutcome, Metrics } from '../metrics.ts'
import type { Contact } from './contact.ts'
import type { ProofSender } from './dpop.ts'
import type { Pace, PacedServer } from './pace.ts'

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

/** A sender to an authorization server, which is heeded where it asks for rest. */
export function heeded(core: HeededBy, contact: Contact, act: string): ProofSender {
  const { send, nonces } = measured(core, contact.record.id, act)
  return {
    nonces,
    async send(request) {
      const answer = await send(request)
      core.pace.heed(serverOf(contact), answer)
      return answer
    },
  }
}

type HeededBy = ProofSender & { readonly metrics: Metrics; readonly pace: Pace }

/** The server that a contact's grants are renewed at. */
export function serverOf({ record, endpoints }: Contact): PacedServer {
  return { name: record.name, key: `${record.id} ${new URL(endpoints.refresh).origin}` }
}
