/** OpenAI as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const openai: EnteredConnector = {
  id: 'openai',
  name: 'OpenAI',
  category: 'ai',
  method: 'bearer',
  inputs: [{ name: 'token', label: 'API key', secret: true, placeholder: 'sk-…' }],
  verify: {
    url: 'https://api.openai.com/v1/models',
    // 403: a restricted key that is right, but may not list models. A wrong key gets 401.
    expect: { status: ['200', '403'] },
    message: ['error.message'],
  },
  apiOrigins: ['https://api.openai.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.openai.com', paths: ['/v1/'] } },
  monogram: 'OA',
  clientPage: 'https://platform.openai.com/api-keys',
  checked: 'docs 2026-11-21',
  sources: ['https://platform.openai.com/docs/api-reference/authentication'],
}
