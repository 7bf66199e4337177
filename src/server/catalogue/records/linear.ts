/** Linear as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const linear: OAuthConnector = {
  id: 'linear',
  name: 'Linear',
  category: 'issues',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://linear.app/oauth/authorize',
    scope: {
      separator: ',',
      default: ['read'],
      optional: [
        'write',
        'issues:create',
        'comments:create',
        'timeSchedule:write',
        'admin',
        'app:assignable',
        'app:mentionable',
      ],
      required: ['read'],
    },
    // Linear has no prompt=login; consent is where a person can choose another workspace.
    force: { prompt: 'consent' },
  },
  // Scopes are asked for with commas and answered with spaces.
  token: { url: 'https://api.linear.app/oauth/token', auth: 'client_secret_post', scopeSeparator: ' ' },
  refresh: { rotation: 'always' },
  revoke: { url: 'https://api.linear.app/oauth/revoke', auth: 'bearer', token: 'access', body: 'none' },
  identity: {
    from: 'userinfo',
    url: 'https://api.linear.app/graphql',
    method: 'POST',
    body: '{"query":"{ viewer { id email } }"}',
    id: 'data.viewer.id',
    name: 'data.viewer.email',
  },
  apiOrigins: ['https://api.linear.app'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.linear.app', paths: ['/graphql'] } },
  monogram: 'L',
  clientPage: 'https://linear.app/settings/api/applications/new',
  checked: 'docs 2026-11-21',
  sources: ['https://linear.app/developers/oauth-2-0-authentication'],
}
