/** monday.com as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const monday: OAuthConnector = {
  id: 'monday',
  name: 'monday.com',
  category: 'projects',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://auth.monday.com/oauth2/authorize',
    scope: {
      default: ['me:read', 'boards:read'],
      optional: [
        'boards:write',
        'updates:read',
        'updates:write',
        'users:read',
        'teams:read',
        'workspaces:read',
        'account:read',
        'assets:read',
        'docs:read',
        'docs:write',
        'notifications:write',
        'webhooks:read',
        'webhooks:write',
      ],
      // The account could not be named otherwise.
      required: ['me:read'],
    },
  },
  // The app needs its "New OAuth flow" switched on: tokens of the old flow are refused since October 2026.
  token: { url: 'https://auth.monday.com/oauth_ms/oauth/token', body: 'json', auth: 'client_secret_post' },
  // The answer has no expires_in; the token lives for one hour.
  refresh: { rotation: 'always', assumedLifetimeSeconds: 3_600 },
  revoke: { url: 'https://auth.monday.com/oauth_ms/oauth/revoke', body: 'json' },
  identity: {
    from: 'userinfo',
    url: 'https://api.monday.com/v2',
    method: 'POST',
    headers: { 'api-version': '2026-10' },
    body: '{"query":"{ me { id email } }"}',
    id: 'data.me.id',
    name: 'data.me.email',
  },
  // The API's documentation shows the token without a scheme before it.
  inject: { headers: { authorization: '{accessToken}' } },
  apiOrigins: ['https://api.monday.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.monday.com', paths: ['/v2'], headers: { 'api-version': '2026-10' } } },
  monogram: 'm',
  checked: 'docs 2026-11-21',
  sources: [
    'https://developer.monday.com/apps/docs/oauth',
    'https://developer.monday.com/apps/docs/migrating-to-the-new-oauth-flow',
    'https://developer.monday.com/api-reference/docs/authentication',
  ],
}
