/** Sends a request as a client whose secret is being replaced: by the previous secret where the new one is not known yet. */

import type { EgressAnswer } from '../egress/egress.ts'
import type { Contact } from './contact.ts'
import { at, readBody } from './token-response.ts'

/**
 * Sends once, and once more by the previous secret where the client was refused; such a refusal spends nothing.
 *
 * @see RFC 6749 §5.2 `invalid_client`
 */
export async function withEachSecret(
  contact: Contact,
  send: (contact: Contact) => Promise<EgressAnswer>,
): Promise<EgressAnswer> {
  const answer = await send(contact)
  const { previousSecret } = contact.client
  if (!previousSecret || !refusesClient(answer)) return answer
  const again = await send({ ...contact, client: { ...contact.client, clientSecret: previousSecret } })
  // The new secret's refusal is the one to tell.
  return refusesClient(again) ? answer : again
}

function refusesClient(answer: EgressAnswer): boolean {
  const error = at(readBody(answer), 'error')
  return error === 'invalid_client' || (answer.status === 401 && error === undefined)
}
