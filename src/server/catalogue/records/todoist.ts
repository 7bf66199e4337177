/** Todoist as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const todoist: OAuthConnector = {
  id: 'todoist',
  name: 'Todoist',
  category: 'productivity',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://app.todoist.com/oauth/authorize',
    scope: {
      separator: ',',
      default: ['data:read'],
      optional: ['task:add', 'data:read_write', 'data:delete', 'project:delete', 'backups:read'],
      implies: { 'data:read_write': ['data:read', 'task:add'] },
    },
  },
  token: { url: 'https://api.todoist.com/oauth/access_token', auth: 'client_secret_post' },
  // The refresh token changes with each use, but a repeated use within a minute answers without a new one.
  refresh: { rotation: 'sometimes' },
  // Only access tokens can be revoked.
  revoke: { url: 'https://api.todoist.com/api/v1/revoke', auth: 'client_secret_basic', token: 'access' },
  identity: { from: 'userinfo', url: 'https://api.todoist.com/api/v1/user', id: 'id', name: 'email' },
  apiOrigins: ['https://api.todoist.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.todoist.com', paths: ['/api/v1/'] } },
  monogram: 'T',
  clientPage: 'https://app.todoist.com/app/settings/integrations/app-management',
  checked: 'docs 2026-11-21',
  sources: ['https://developer.todoist.com/api/v1/'],
}
