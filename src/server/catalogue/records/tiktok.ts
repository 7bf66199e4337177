/** TikTok as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const tiktok: OAuthConnector = {
  id: 'tiktok',
  name: 'TikTok',
  category: 'social',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://www.tiktok.com/v2/auth/authorize/',
    rename: { client_id: 'client_key' },
    scope: {
      separator: ',',
      default: ['user.info.basic'],
      optional: ['user.info.profile', 'user.info.stats', 'video.list', 'video.upload', 'video.publish'],
      required: ['user.info.basic'],
    },
    force: { disable_auto_auth: '1' },
    // PKCE is for mobile and desktop apps only, and its challenge is in hex, not in base64url.
    pkce: false,
  },
  token: {
    url: 'https://open.tiktokapis.com/v2/oauth/token/',
    auth: 'client_secret_post',
    rename: { client_id: 'client_key' },
  },
  refresh: { rotation: 'sometimes' },
  revoke: {
    url: 'https://open.tiktokapis.com/v2/oauth/revoke/',
    token: 'access',
    params: { client_key: '{clientId}' },
  },
  identity: {
    from: 'userinfo',
    url: 'https://open.tiktokapis.com/v2/user/info/?fields=open_id,display_name',
    id: 'data.user.open_id',
    name: 'data.user.display_name',
  },
  apiOrigins: ['https://open.tiktokapis.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://open.tiktokapis.com', paths: ['/v2/'] } },
  monogram: 'TT',
  clientPage: 'https://developers.tiktok.com/apps/',
  checked: 'docs 2026-11-21',
  sources: [
    'https://developers.tiktok.com/doc/login-kit-web',
    'https://developers.tiktok.com/doc/oauth-user-access-token-management',
  ],
}
