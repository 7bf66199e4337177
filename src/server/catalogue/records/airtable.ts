/** Airtable as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const airtable: OAuthConnector = {
  id: 'airtable',
  name: 'Airtable',
  category: 'data',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://airtable.com/oauth2/v1/authorize',
    scope: {
      default: ['data.records:read', 'schema.bases:read', 'user.email:read'],
      optional: [
        'data.records:write',
        'schema.bases:write',
        'data.recordComments:read',
        'data.recordComments:write',
        'webhook:manage',
      ],
    },
  },
  token: { url: 'https://airtable.com/oauth2/v1/token' },
  refresh: { rotation: 'always' },
  identity: { from: 'userinfo', url: 'https://api.airtable.com/v0/meta/whoami', id: 'id', name: 'email' },
  apiOrigins: ['https://api.airtable.com', 'https://content.airtable.com'],
  reach: 'direct',
  proxy: {
    api: { origin: 'https://api.airtable.com', paths: ['/v0/'] },
    content: { origin: 'https://content.airtable.com', paths: ['/v0/'] },
  },
  monogram: 'A',
  clientPage: 'https://airtable.com/create/oauth',
  checked: 'docs 2026-11-21',
  sources: [
    'https://airtable.com/developers/web/api/oauth-reference',
    'https://airtable.com/developers/web/api/scopes',
  ],
}
