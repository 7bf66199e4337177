/** How a request to a service proves who asks. */

import type { ConnectorRecord } from '../../protocol/connector.ts'
import { type Values, fillAll, fillHeaders } from '../template.ts'

export interface Injection {
  readonly headers: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
}

/**
 * Fills a record's templates, or its method's usual ones.
 *
 * @param values - Inputs and captured values, with `accessToken` where there is one.
 * @throws {InvalidRequestError} `invalid_input` where a value cannot stand in a header
 */
export function injectionOf(record: ConnectorRecord, values: Values): Injection {
  const all = withBasic(values)
  const { headers, query } = record.inject ?? usual(record)
  return { headers: fillHeaders(headers, all), query: fillAll(query, all) }
}

/** Values with `basic`: user name and password as RFC 7617 §2 writes them. */
export function withBasic(values: Values): Values {
  const { username = '', password = '' } = values
  return { ...values, basic: Buffer.from(`${username}:${password}`).toString('base64') }
}

function usual({ method }: ConnectorRecord): NonNullable<ConnectorRecord['inject']> {
  switch (method) {
    case 'basic':
      return { headers: { authorization: 'Basic {basic}' } }
    case 'bearer':
      return { headers: { authorization: 'Bearer {token}' } }
    case 'api_key':
      return { headers: { authorization: 'Bearer {apiKey}' } }
    case 'oauth2':
    case 'client_credentials':
    case 'two_step':
    case 'custom':
      return { headers: { authorization: 'Bearer {accessToken}' } }
  }
}
