/** What a record may not set: the backend does, once per request. */

import type { ConnectorRecord } from '../../../protocol/connector.ts'
import { type Finding, fault } from './finding.ts'

const ofAuthorization = [
  'client_id',
  'redirect_uri',
  'response_type',
  'state',
  'scope',
  'code_challenge',
  'code_challenge_method',
  'nonce',
  'request',
  'request_uri',
  'dpop_jkt',
]
const ofClient = ['client_id', 'client_secret', 'client_assertion', 'client_assertion_type', 'grant_type']
const ofToken = [...ofClient, 'code', 'code_verifier', 'redirect_uri', 'refresh_token']

export function parameterFindings(record: ConnectorRecord): readonly Finding[] {
  switch (record.method) {
    case 'oauth2':
      return [
        ...set('authorize.params', record.authorize.params, ofAuthorization),
        ...set('authorize.force', record.authorize.force, ofAuthorization),
        ...set('token.params', record.token.params, ofToken),
        ...set('refresh.params', record.refresh?.params, ofToken),
        // Without them no answer could be told from another's.
        ...omitted('authorize', record.authorize, ['state', 'redirect_uri', 'client_id']),
      ]
    case 'client_credentials':
      return set('token.params', record.token.params, ofClient)
    case 'two_step':
    case 'api_key':
    case 'basic':
    case 'bearer':
    case 'custom':
      return []
  }
}

function set(field: string, names: object | undefined, reserved: readonly string[]): readonly Finding[] {
  return Object.keys(names ?? {})
    .filter((name) => reserved.includes(name))
    .map((name) => fault(`${field}.${name}`, 'take it out: the backend sets it for each request'))
}

function omitted(
  field: string,
  { omit = [] }: { readonly omit?: readonly string[] },
  needed: readonly string[],
): readonly Finding[] {
  return needed.filter((name) => omit.includes(name)).map((name) => fault(`${field}.omit`, `do not leave out ${name}`))
}
