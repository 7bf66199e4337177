/** Brevo as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const brevo: EnteredConnector = {
  id: 'brevo',
  name: 'Brevo',
  category: 'marketing',
  method: 'api_key',
  inputs: [{ name: 'apiKey', label: 'API key', secret: true, placeholder: 'xkeysib-…' }],
  inject: { headers: { 'api-key': '{apiKey}' } },
  verify: {
    url: 'https://api.brevo.com/v3/account',
    headers: { accept: 'application/json' },
    account: { id: 'organization_id', name: 'companyName' },
    message: ['message'],
  },
  apiOrigins: ['https://api.brevo.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.brevo.com', paths: ['/v3/'] } },
  monogram: 'B',
  clientPage: 'https://app.brevo.com/settings/keys/api',
  checked: 'docs 2026-11-21',
  sources: ['https://developers.brevo.com/reference/get-account'],
}
