/** Trello as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const trello: EnteredConnector = {
  id: 'trello',
  name: 'Trello',
  category: 'projects',
  method: 'api_key',
  inputs: [
    {
      name: 'apiKey',
      label: 'API key',
      help: 'On the API key page of a Power-Up that you manage.',
      pattern: '[0-9a-f]{32}',
      secret: true,
    },
    {
      name: 'token',
      label: 'Token',
      help: 'Follow the Token link beside the API key and allow access.',
      secret: true,
    },
  ],
  verify: { url: 'https://api.trello.com/1/members/me?fields=id,username', account: { id: 'id', name: 'username' } },
  inject: { query: { key: '{apiKey}', token: '{token}' } },
  apiOrigins: ['https://api.trello.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.trello.com', paths: ['/1/'] } },
  monogram: 'T',
  clientPage: 'https://trello.com/power-ups/admin',
  checked: 'docs 2026-11-21',
  sources: ['https://developer.atlassian.com/cloud/trello/guides/rest-api/authorization/'],
}
