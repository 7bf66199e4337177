/** The form of a connector: what a person is asked for. */

import type { ConnectorRecord } from '../../protocol/connector.ts'
import type { Input } from '../../protocol/inputs.ts'

const usual = {
  api_key: [{ name: 'apiKey', label: 'API key', secret: true }],
  basic: [
    { name: 'username', label: 'User name', autocomplete: 'username' },
    { name: 'password', label: 'Password', secret: true, autocomplete: 'current-password' },
  ],
  bearer: [{ name: 'token', label: 'Token', secret: true }],
  client_credentials: [
    { name: 'clientId', label: 'Client ID' },
    { name: 'clientSecret', label: 'Client secret', secret: true },
  ],
} satisfies Record<string, readonly Input[]>

/** What is left to type where the host has the client's id and secret. */
const others = (inputs: readonly Input[]) => inputs.filter(({ name }) => name !== 'clientId' && name !== 'clientSecret')

/**
 * The record's own inputs, or those that its method always has.
 *
 * @param registered - Whether the host has a registration of its own: then nobody is asked for a service account's.
 */
export function inputsOf(record: ConnectorRecord, registered: boolean): readonly Input[] {
  const account = record.method === 'client_credentials'
  if (record.inputs) return account && registered ? others(record.inputs) : record.inputs
  if (account) return registered || record.token.auth === 'private_key_jwt' ? [] : usual.client_credentials
  return usualInputs(record.method)
}

function usualInputs(method: Exclude<ConnectorRecord['method'], 'client_credentials'>): readonly Input[] {
  switch (method) {
    case 'api_key':
    case 'basic':
    case 'bearer':
      return usual[method]
    case 'oauth2':
    case 'two_step':
    case 'custom':
      return []
  }
}
