/** Cohere as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const cohere: EnteredConnector = {
  id: 'cohere',
  name: 'Cohere',
  category: 'ai',
  method: 'bearer',
  inputs: [{ name: 'token', label: 'API key', secret: true }],
  verify: { url: 'https://api.cohere.com/v1/models?page_size=1', message: ['message'] },
  apiOrigins: ['https://api.cohere.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.cohere.com', paths: ['/v1/', '/v2/'] } },
  monogram: 'Co',
  clientPage: 'https://dashboard.cohere.com/api-keys',
  checked: 'docs 2026-11-21',
  sources: ['https://docs.cohere.com/reference/about', 'https://docs.cohere.com/reference/list-models'],
}
