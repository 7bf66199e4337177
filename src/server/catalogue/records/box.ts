/** Box as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const box: OAuthConnector = {
  id: 'box',
  name: 'Box',
  category: 'files',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://account.box.com/api/oauth2/authorize',
    scope: {
      default: ['root_readonly'],
      optional: [
        'root_readwrite',
        'manage_managed_users',
        'manage_groups',
        'manage_webhook',
        'manage_enterprise_properties',
      ],
      implies: { root_readwrite: ['root_readonly'] },
    },
  },
  token: { url: 'https://api.box.com/oauth2/token', auth: 'client_secret_post' },
  refresh: { rotation: 'always' },
  revoke: { url: 'https://api.box.com/oauth2/revoke' },
  identity: { from: 'userinfo', url: 'https://api.box.com/2.0/users/me', id: 'id', name: 'login' },
  apiOrigins: ['https://api.box.com', 'https://upload.box.com'],
  // Cross-origin calls work only from origins that the app lists in the developer console.
  reach: 'proxy',
  proxy: {
    api: { origin: 'https://api.box.com', paths: ['/2.0/'] },
    upload: { origin: 'https://upload.box.com', paths: ['/api/2.0/'] },
  },
  monogram: 'B',
  clientPage: 'https://app.box.com/developers/console',
  checked: 'docs 2026-11-21',
  sources: [
    'https://developer.box.com/guides/authentication/oauth2/',
    'https://developer.box.com/guides/api-calls/permissions-and-errors/scopes/',
  ],
}
