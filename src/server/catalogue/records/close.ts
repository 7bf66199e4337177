/** Close as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const close: EnteredConnector = {
  id: 'close',
  name: 'Close',
  category: 'crm',
  method: 'basic',
  inputs: [
    { name: 'username', label: 'API key', secret: true, help: 'In Close: Settings, Developer, API keys.' },
    // The key is the user name, and the password is empty.
    { name: 'password', label: 'Password', hidden: true, optional: true, default: '' },
  ],
  verify: {
    url: 'https://api.close.com/api/v1/me/',
    account: { id: 'id', name: 'email' },
    message: ['error'],
  },
  apiOrigins: ['https://api.close.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.close.com', paths: ['/api/v1/'] } },
  monogram: 'C',
  clientPage: 'https://app.close.com/settings/developer/api-keys/',
  checked: 'docs 2026-11-21',
  sources: ['https://developer.close.com/topics/authentication/'],
}
