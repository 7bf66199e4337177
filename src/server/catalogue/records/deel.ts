/** Deel as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const deel: EnteredConnector = {
  id: 'deel',
  name: 'Deel',
  category: 'hr',
  method: 'bearer',
  inputs: [
    {
      name: 'token',
      label: 'API token',
      help: 'In Deel under Developer, Access Tokens. It needs the scope organizations:read.',
      secret: true,
    },
  ],
  verify: {
    url: 'https://api.letsdeel.com/rest/v2/organizations',
    headers: { accept: 'application/json' },
    account: { id: 'data.0.id', name: 'data.0.name' },
  },
  apiOrigins: ['https://api.letsdeel.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.letsdeel.com', paths: ['/rest/'] } },
  monogram: 'De',
  clientPage: 'https://app.deel.com/developer-center',
  checked: 'docs 2026-11-21',
  sources: ['https://developer.deel.com/api/authentication', 'https://developer.deel.com/docs/api-tokens-1'],
}
