/** Asana as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const asana: OAuthConnector = {
  id: 'asana',
  name: 'Asana',
  category: 'projects',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://app.asana.com/-/oauth_authorize',
    scope: {
      default: ['users:read', 'workspaces:read', 'projects:read', 'tasks:read'],
      optional: [
        'tasks:write',
        'tasks:delete',
        'projects:write',
        'stories:read',
        'stories:write',
        'attachments:read',
        'attachments:write',
        'teams:read',
        'webhooks:read',
        'webhooks:write',
        'webhooks:delete',
        // Everything; only for an app that is registered with full permissions.
        'default',
      ],
    },
  },
  token: { url: 'https://app.asana.com/-/oauth_token', auth: 'client_secret_post' },
  refresh: { rotation: 'never' },
  revoke: { url: 'https://app.asana.com/-/oauth_revoke' },
  identity: { from: 'token_response', id: 'data.gid', name: 'data.email' },
  apiOrigins: ['https://app.asana.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://app.asana.com', paths: ['/api/1.0/'] } },
  monogram: 'As',
  clientPage: 'https://app.asana.com/0/my-apps',
  checked: 'docs 2026-11-21',
  sources: ['https://developers.asana.com/docs/oauth', 'https://developers.asana.com/docs/oauth-scopes'],
}
