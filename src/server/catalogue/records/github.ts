/** GitHub as a connector. */

import type { ConnectorRecord } from '../../../protocol/connector.ts'

export const github: ConnectorRecord = {
  id: 'github',
  name: 'GitHub',
  category: 'code',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://github.com/login/oauth/authorize',
    scope: {
      default: ['read:user', 'user:email'],
      optional: ['repo', 'public_repo', 'read:org', 'gist', 'workflow', 'notifications'],
    },
    // GitHub has no prompt=login.
    force: { prompt: 'select_account' },
  },
  // Errors come with status 200, in `error`; granted scopes are joined by commas, asked ones by spaces.
  token: { url: 'https://github.com/login/oauth/access_token', auth: 'client_secret_post', scopeSeparator: ',' },
  refresh: { rotation: 'none' },
  // GitHub ends one token at a time, for whoever proves to be the app.
  revoke: {
    url: 'https://api.github.com/applications/{clientId}/token',
    method: 'DELETE',
    body: 'json',
    auth: 'client_secret_basic',
    token: 'access',
    param: 'access_token',
  },
  device: { url: 'https://github.com/login/device/code' },
  identity: { from: 'userinfo', url: 'https://api.github.com/user', id: 'id', name: 'login' },
  apiOrigins: ['https://api.github.com'],
  reach: 'direct',
  proxy: { api: { origin: 'https://api.github.com' } },
  monogram: 'GH',
  clientPage: 'https://github.com/settings/developers',
  checked: 'docs 2026-11-21',
  sources: ['https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps'],
}
