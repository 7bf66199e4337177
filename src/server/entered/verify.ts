/** Asks the service whether what was typed is right, before it is kept. */

import type { Account } from '../../protocol/connection.ts'
import type { ConnectorRecord } from '../../protocol/connector.ts'
import { AuthenticationError, NetworkError } from '../../protocol/errors.ts'
import type { Egress } from '../egress/egress.ts'
import { accountIn } from '../oauth/identity.ts'
import { at, printable, readBody } from '../oauth/token-response.ts'
import { type Values, fillHeaders, fillUrl } from '../template.ts'
import { injectionOf, withBasic } from './injection.ts'
import { withoutValues } from './quoted.ts'

type Verify = NonNullable<Extract<ConnectorRecord, { method: 'api_key' | 'basic' | 'bearer' }>['verify']>

/**
 * Verifies values at the service, where the record says how.
 *
 * @returns Whose account it is; undefined where the service does not say.
 * @throws {AuthenticationError} `credentials_rejected` with the service's own message
 * @throws {NetworkError} `service_unavailable`, and as `send`
 */
export async function verifyValues(
  send: Egress,
  record: ConnectorRecord,
  verify: Verify | undefined,
  values: Values,
): Promise<Account | undefined> {
  if (!verify) return undefined
  const { headers, query } = injectionOf(record, values)
  const url = new URL(fillUrl(verify.url, values))
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  const answer = await send({
    url: url.href,
    method: verify.method ?? 'GET',
    headers: {
      ...headers,
      ...(verify.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...fillHeaders(verify.headers, withBasic(values)),
    },
    ...(verify.body === undefined ? {} : { body: verify.body }),
  })
  const body = readBody(answer)
  if (answer.status >= 500 || answer.status === 429 || answer.status === 408)
    throw new NetworkError('service_unavailable', `${record.name} answered ${answer.status}. Try again in a moment.`, {
      retryable: true,
      statusCode: answer.status,
    })
  if (!expected(verify, answer.status, body)) throw rejected(record, verify, values, { status: answer.status, body })
  return verify.account ? accountIn(body, verify.account) : undefined
}

function expected({ expect }: Verify, status: number, body: object | undefined): boolean {
  const right = expect?.status ? expect.status.includes(String(status)) : status >= 200 && status <= 299
  const there = expect?.path === undefined || !empty(at(body, expect.path))
  return right && there
}

const empty = (value: unknown) => value === undefined || value === null || value === false || value === ''

function rejected(
  record: ConnectorRecord,
  verify: Verify,
  values: Values,
  { status, body }: { readonly status: number; readonly body: object | undefined },
): AuthenticationError {
  const told = (verify.message ?? []).map((path) => printable(at(body, path))).find((text) => text !== '') ?? ''
  // A sentence of ours goes on behind it.
  const quoted = withoutValues(told, values).replace(/\.+$/, '')
  return new AuthenticationError(
    'credentials_rejected',
    `${record.name} did not accept what was typed: ${quoted || `it answered ${status}`}. Check it and try again.`,
  )
}
