/** Remote as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const remote: EnteredConnector = {
  id: 'remote',
  name: 'Remote',
  category: 'hr',
  method: 'bearer',
  inputs: [
    {
      name: 'token',
      label: 'API token',
      help: 'In Remote under Company settings, Integrations, API tokens.',
      secret: true,
    },
  ],
  verify: { url: 'https://gateway.remote.com/v1/identity/current', headers: { accept: 'application/json' } },
  apiOrigins: ['https://gateway.remote.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://gateway.remote.com', paths: ['/v1/'] } },
  monogram: 'R',
  checked: 'docs 2026-11-21',
  sources: ['https://gateway.remote.com/v1/docs/openapi.html'],
}
