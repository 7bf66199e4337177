/** Pinterest as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const pinterest: OAuthConnector = {
  id: 'pinterest',
  name: 'Pinterest',
  category: 'social',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://www.pinterest.com/oauth/',
    scope: {
      separator: ',',
      default: ['user_accounts:read'],
      optional: ['boards:read', 'boards:write', 'pins:read', 'pins:write', 'ads:read', 'ads:write', 'catalogs:read'],
      required: ['user_accounts:read'],
    },
  },
  token: { url: 'https://api.pinterest.com/v5/oauth/token' },
  // Apps with continuous refresh get a new refresh token each time, older ones keep theirs for a year.
  refresh: { rotation: 'sometimes' },
  identity: { from: 'userinfo', url: 'https://api.pinterest.com/v5/user_account', id: 'id', name: 'username' },
  apiOrigins: ['https://api.pinterest.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.pinterest.com', paths: ['/v5/'] } },
  monogram: 'Pi',
  clientPage: 'https://developers.pinterest.com/apps/',
  checked: 'docs 2026-11-21',
  sources: ['https://developers.pinterest.com/docs/getting-started/set-up-authentication-and-authorization/'],
}
