/** Starts device authorization: the person enters a code at the service, on whatever device. */

import { AuthenticationError, NetworkError } from '../../protocol/errors.ts'
import { SchemaError, parse } from '../../protocol/parse.ts'
import { object, text, whole } from '../../protocol/schema.ts'
import type { EgressRequest } from '../egress/egress.ts'
import type { Contact } from './contact.ts'
import { type ProofSender, sendWithProof } from './dpop.ts'
import { withEachSecret } from './each-secret.ts'
import { type Parameters, nameParameters, resourcesOf, serviceRequest } from './service-request.ts'
import { authenticated, authenticationOf } from './token-request.ts'
import { at, printable, readBody } from './token-response.ts'

/** Printable ASCII: it is shown on terminals. */
const webAddress = text({ pattern: '^https?://[\\x21-\\x5b\\x5d-\\x7e]+$' })

const deviceAnswer = object(
  {
    device_code: text({ minLength: 1, maxLength: 4_000 }),
    user_code: text({ minLength: 1, maxLength: 100 }),
    verification_uri: webAddress,
    expires_in: whole({ minimum: 1 }),
  },
  { verification_uri_complete: webAddress, interval: whole({ minimum: 0 }) },
)

export interface DeviceAuthorization {
  readonly deviceCode: string
  readonly userCode: string
  readonly verificationUri: string
  readonly verificationUriComplete: string | undefined
  readonly intervalSeconds: number
  readonly expiresInSeconds: number
}

/**
 * Asks for a device code.
 *
 * @throws {AuthenticationError} `road_not_allowed` where the connector has no such endpoint · `authorization_refused` · {@link NetworkError} `authorization_server_unavailable`
 * @see RFC 8628 §3.1, §3.2
 */
export async function authorizeDevice(
  sender: ProofSender,
  contact: Contact,
  scopes: readonly string[],
): Promise<DeviceAuthorization> {
  const { record, endpoints } = contact
  if (endpoints.device === undefined)
    throw new AuthenticationError('road_not_allowed', `${record.name} has no device authorization endpoint.`)
  const { device } = endpoints
  const answer = await withEachSecret(contact, (one) =>
    sendWithProof(sender, () => deviceRequest(one, device, scopes), one.proofKey),
  )
  if (answer.status >= 500 || answer.status === 429)
    throw new NetworkError('authorization_server_unavailable', `${record.name} answered ${answer.status}. Try again.`, {
      retryable: true,
      statusCode: answer.status,
    })
  const body = readBody(answer)
  try {
    const told = parse(deviceAnswer, tolerant(body), 'drop')
    return {
      deviceCode: told.device_code,
      userCode: told.user_code,
      verificationUri: told.verification_uri,
      verificationUriComplete: told.verification_uri_complete,
      // RFC 8628 §3.2
      intervalSeconds: Math.min(told.interval ?? 5, 300),
      // Nobody types for longer than a day.
      expiresInSeconds: Math.min(told.expires_in, 86_400),
    }
  } catch (cause) {
    if (!(cause instanceof SchemaError)) throw cause
    const error = printable(at(body, 'error')) || String(answer.status)
    throw new AuthenticationError('authorization_refused', `${record.name} refused device authorization (${error}).`)
  }
}

/** An early draft's name for the address, and numbers as text: both are still answered (fault F56). */
function tolerant(body: object | undefined): object {
  const seconds = (name: string) => {
    const value = at(body, name)
    return typeof value === 'string' && /^\d{1,9}$/.test(value) ? { [name]: Number(value) } : {}
  }
  const url = at(body, 'verification_url')
  const named = url === undefined ? {} : { verification_uri: url }
  return { ...named, ...body, ...seconds('expires_in'), ...seconds('interval') }
}

/** RFC 8628 §3.1 */
async function deviceRequest(contact: Contact, url: string, scopes: readonly string[]): Promise<EgressRequest> {
  const { record, client } = contact
  const headers = new Headers()
  const standard: Parameters = [
    ...(scopes.length > 0 ? [['scope', scopes.join(record.authorize.scope?.separator ?? ' ')] as const] : []),
    ...resourcesOf(record.resource, contact.values),
  ]
  const proved = await authenticated(authenticationOf(contact), standard, headers)
  const named = proved.some(([name]) => name === 'client_id')
  const parameters: Parameters = named ? proved : [['client_id', client.clientId], ...proved]
  return serviceRequest({
    url,
    method: 'POST',
    body: 'form',
    parameters: nameParameters(parameters, record.token),
    headers,
  })
}
