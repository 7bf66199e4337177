/** Deepgram as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const deepgram: EnteredConnector = {
  id: 'deepgram',
  name: 'Deepgram',
  category: 'ai',
  method: 'api_key',
  inputs: [{ name: 'apiKey', label: 'API key', secret: true }],
  inject: { headers: { authorization: 'Token {apiKey}' } },
  verify: {
    url: 'https://api.deepgram.com/v1/projects',
    // 403: a key that is right, but may not list projects. A wrong key gets 401.
    expect: { status: ['200', '403'] },
    account: { id: 'projects.0.project_id', name: 'projects.0.name' },
    message: ['err_msg'],
  },
  apiOrigins: ['https://api.deepgram.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.deepgram.com', paths: ['/v1/'] } },
  monogram: 'Dg',
  clientPage: 'https://console.deepgram.com/',
  checked: 'docs 2026-11-21',
  sources: ['https://developers.deepgram.com/guides/fundamentals/authenticating'],
}
