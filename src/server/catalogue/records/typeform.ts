/** Typeform as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const typeform: OAuthConnector = {
  id: 'typeform',
  name: 'Typeform',
  category: 'forms',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://api.typeform.com/oauth/authorize',
    scope: {
      default: ['accounts:read', 'forms:read', 'responses:read', 'offline'],
      optional: [
        'forms:write',
        'responses:write',
        'webhooks:read',
        'webhooks:write',
        'workspaces:read',
        'workspaces:write',
        'images:read',
        'themes:read',
      ],
      // The account could not be named without the first, nor the token renewed without the second.
      required: ['accounts:read', 'offline'],
      untold: ['offline'],
    },
  },
  token: { url: 'https://api.typeform.com/oauth/token', auth: 'client_secret_post' },
  refresh: { rotation: 'always' },
  // The API tells no other id of the account.
  identity: { from: 'userinfo', url: 'https://api.typeform.com/me', id: 'email', name: 'alias' },
  apiOrigins: ['https://api.typeform.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.typeform.com' } },
  monogram: 'Tf',
  checked: 'docs 2026-11-21',
  sources: [
    'https://www.typeform.com/developers/get-started/applications/',
    'https://www.typeform.com/developers/get-started/scopes/',
  ],
}
