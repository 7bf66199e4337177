/** What a client registration lacks for its connector. */

import type { ConnectorRecord } from '../../protocol/connector.ts'
import { InvalidRequestError } from '../../protocol/errors.ts'

interface Registration {
  readonly clientId: string
  readonly clientSecret?: string
  readonly privateKey?: Readonly<Record<string, unknown>>
}

/** Each fault as the field it is about and what is wrong with it. */
export function clientFaults(record: ConnectorRecord, client: Registration): readonly string[] {
  const auth = 'token' in record ? (record.token.auth ?? 'client_secret_basic') : 'none'
  const needed = auth === 'none' ? undefined : auth === 'private_key_jwt' ? 'privateKey' : 'clientSecret'
  return [
    ...(client.clientId ? [] : ['clientId: is missing']),
    ...(needed && !client[needed] ? [`${needed}: is missing`] : []),
    ...(client.privateKey && !isPrivateKey(client.privateKey) ? ['privateKey: is not a private JWK'] : []),
  ]
}

/**
 * Refuses a registration that could not be used: it would take the place of one that can.
 *
 * @throws {InvalidRequestError} `invalid_request`
 */
export function requireUsable(record: ConnectorRecord, client: Registration): void {
  const [fault] = clientFaults(record, client)
  if (fault) throw new InvalidRequestError('invalid_request', `client.${fault}.`)
}

/** RFC 7518 §6: an asymmetric key with its private part. */
function isPrivateKey({ kty, d }: Readonly<Record<string, unknown>>): boolean {
  return (kty === 'RSA' || kty === 'EC' || kty === 'OKP') && typeof d === 'string'
}
