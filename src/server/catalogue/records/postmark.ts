/** Postmark as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const postmark: EnteredConnector = {
  id: 'postmark',
  name: 'Postmark',
  category: 'mail',
  method: 'api_key',
  inputs: [
    {
      name: 'apiKey',
      label: 'Server API token',
      secret: true,
      help: 'In Postmark: the server, API Tokens. Not the token of the account.',
    },
  ],
  inject: { headers: { 'x-postmark-server-token': '{apiKey}' } },
  verify: {
    url: 'https://api.postmarkapp.com/server',
    headers: { accept: 'application/json' },
    account: { id: 'ID', name: 'Name' },
    message: ['Message'],
  },
  apiOrigins: ['https://api.postmarkapp.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.postmarkapp.com', headers: { accept: 'application/json' } } },
  monogram: 'PM',
  clientPage: 'https://account.postmarkapp.com/servers',
  checked: 'docs 2026-11-21',
  sources: ['https://postmarkapp.com/developer/api/overview', 'https://postmarkapp.com/developer/api/server-api'],
}
