/** BigCommerce as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const bigcommerce: EnteredConnector = {
  id: 'bigcommerce',
  name: 'BigCommerce',
  category: 'commerce',
  method: 'api_key',
  inputs: [
    {
      name: 'storeHash',
      label: 'Store hash',
      help: 'What stands between store- and .mybigcommerce.com in the address of the control panel.',
      pattern: '[a-z0-9]{4,20}',
    },
    {
      name: 'apiKey',
      label: 'Access token',
      secret: true,
      help: 'In BigCommerce: Settings, Store-level API accounts.',
    },
  ],
  inject: { headers: { 'x-auth-token': '{apiKey}' } },
  verify: {
    url: 'https://api.bigcommerce.com/stores/{storeHash}/v2/store',
    headers: { accept: 'application/json' },
    // 403: a token that is right, but may not read the store's profile. A wrong one gets 401.
    expect: { status: ['200', '403'] },
    account: { id: 'id', name: 'name' },
    message: ['title'],
  },
  apiOrigins: ['https://api.bigcommerce.com'],
  reach: 'proxy',
  proxy: {
    api: { origin: 'https://api.bigcommerce.com', paths: ['/stores/'], headers: { accept: 'application/json' } },
  },
  monogram: 'BC',
  clientPage: 'https://developer.bigcommerce.com/docs/start/authentication/api-accounts',
  checked: 'docs 2026-11-21',
  sources: ['https://developer.bigcommerce.com/docs/start/authentication'],
}
