/** Replicate as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const replicate: EnteredConnector = {
  id: 'replicate',
  name: 'Replicate',
  category: 'ai',
  method: 'bearer',
  inputs: [{ name: 'token', label: 'API token', secret: true, placeholder: 'r8_…' }],
  verify: {
    url: 'https://api.replicate.com/v1/account',
    account: { id: 'username', name: 'username' },
    message: ['detail'],
  },
  apiOrigins: ['https://api.replicate.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.replicate.com', paths: ['/v1/'] } },
  monogram: 'R',
  clientPage: 'https://replicate.com/account/api-tokens',
  checked: 'docs 2026-11-21',
  sources: ['https://replicate.com/docs/reference/http'],
}
