/** Miro as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const miro: OAuthConnector = {
  id: 'miro',
  name: 'Miro',
  category: 'design',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://miro.com/oauth/authorize',
    scope: {
      default: ['boards:read'],
      optional: ['boards:write', 'identity:read', 'team:read', 'organizations:read'],
    },
  },
  token: { url: 'https://api.miro.com/v1/oauth/token', auth: 'client_secret_post' },
  // An app that is set up with tokens that do not expire gets no refresh token.
  refresh: { rotation: 'always' },
  identity: { from: 'userinfo', url: 'https://api.miro.com/v1/oauth-token', id: 'user.id', name: 'user.name' },
  apiOrigins: ['https://api.miro.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.miro.com', paths: ['/v2/'] } },
  monogram: 'M',
  clientPage: 'https://miro.com/app/settings/user-profile/apps',
  checked: 'docs 2026-11-21',
  sources: ['https://developers.miro.com/docs/getting-started-with-oauth'],
}
