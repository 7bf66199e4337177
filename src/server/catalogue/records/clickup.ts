/** ClickUp as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const clickup: OAuthConnector = {
  id: 'clickup',
  name: 'ClickUp',
  category: 'projects',
  method: 'oauth2',
  issuer: null,
  // There are no scopes: the person picks workspaces.
  authorize: { url: 'https://app.clickup.com/api' },
  token: { url: 'https://api.clickup.com/api/v2/oauth/token', auth: 'client_secret_post' },
  // Tokens do not expire.
  refresh: { rotation: 'none' },
  identity: { from: 'userinfo', url: 'https://api.clickup.com/api/v2/user', id: 'user.id', name: 'user.email' },
  apiOrigins: ['https://api.clickup.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.clickup.com', paths: ['/api/v2/', '/api/v3/'] } },
  monogram: 'CU',
  clientPage: 'https://app.clickup.com/settings/apps',
  checked: 'docs 2026-11-21',
  sources: [
    'https://developer.clickup.com/docs/authentication',
    'https://developer.clickup.com/reference/getaccesstoken',
  ],
}
