/** Copper as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const copper: EnteredConnector = {
  id: 'copper',
  name: 'Copper',
  category: 'crm',
  method: 'api_key',
  inputs: [
    { name: 'apiKey', label: 'API key', secret: true, help: 'In Copper: Settings, Integrations, API keys.' },
    {
      name: 'email',
      label: 'Email address',
      help: 'The address of the user who made the key.',
      format: 'email',
      autocomplete: 'email',
    },
  ],
  inject: {
    headers: {
      'x-pw-accesstoken': '{apiKey}',
      'x-pw-application': 'developer_api',
      'x-pw-useremail': '{email}',
    },
  },
  verify: {
    url: 'https://api.copper.com/developer_api/v1/account',
    account: { id: 'id', name: 'name' },
    message: ['message'],
  },
  apiOrigins: ['https://api.copper.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.copper.com', paths: ['/developer_api/v1/'] } },
  monogram: 'Cu',
  clientPage: 'https://support.copper.com/en/articles/8823347-generating-an-api-key',
  checked: 'docs 2026-11-21',
  sources: ['https://developer.copper.com/introduction/authentication.html'],
}
