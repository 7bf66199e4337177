/** Mistral AI as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const mistral: EnteredConnector = {
  id: 'mistral',
  name: 'Mistral AI',
  category: 'ai',
  method: 'bearer',
  inputs: [{ name: 'token', label: 'API key', secret: true }],
  verify: { url: 'https://api.mistral.ai/v1/models', message: ['message', 'detail'] },
  apiOrigins: ['https://api.mistral.ai'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.mistral.ai', paths: ['/v1/'] } },
  monogram: 'Mi',
  clientPage: 'https://console.mistral.ai/api-keys',
  checked: 'docs 2026-11-21',
  sources: ['https://docs.mistral.ai/api/'],
}
