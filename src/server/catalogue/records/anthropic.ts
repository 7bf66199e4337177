/** Anthropic as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const anthropic: EnteredConnector = {
  id: 'anthropic',
  name: 'Anthropic',
  category: 'ai',
  method: 'api_key',
  inputs: [{ name: 'apiKey', label: 'API key', secret: true, placeholder: 'sk-ant-…' }],
  inject: { headers: { 'x-api-key': '{apiKey}' } },
  verify: {
    url: 'https://api.anthropic.com/v1/models?limit=1',
    headers: { 'anthropic-version': '2023-06-01' },
    message: ['error.message'],
  },
  apiOrigins: ['https://api.anthropic.com'],
  reach: 'proxy',
  proxy: {
    api: {
      origin: 'https://api.anthropic.com',
      paths: ['/v1/'],
      headers: { 'anthropic-version': '2023-06-01' },
    },
  },
  monogram: 'An',
  clientPage: 'https://console.anthropic.com/settings/keys',
  checked: 'docs 2026-11-21',
  sources: ['https://docs.anthropic.com/en/api/overview', 'https://docs.anthropic.com/en/api/models-list'],
}
