/** Twitch as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const twitch: OAuthConnector = {
  id: 'twitch',
  name: 'Twitch',
  category: 'social',
  method: 'oauth2',
  issuer: 'https://id.twitch.tv/oauth2',
  authorize: {
    url: 'https://id.twitch.tv/oauth2/authorize',
    params: { claims: '{"userinfo":{"preferred_username":null}}' },
    scope: {
      default: ['openid'],
      optional: [
        'user:read:email',
        'user:read:follows',
        'user:read:chat',
        'user:write:chat',
        'channel:read:subscriptions',
        'channel:manage:broadcast',
        'moderator:read:followers',
        'clips:edit',
        'bits:read',
      ],
      required: ['openid'],
    },
    // Twitch has no prompt=login.
    force: { force_verify: 'true' },
  },
  token: { url: 'https://id.twitch.tv/oauth2/token', auth: 'client_secret_post' },
  refresh: { rotation: 'sometimes' },
  revoke: { url: 'https://id.twitch.tv/oauth2/revoke', auth: 'none', token: 'access' },
  // Every call names the client besides the token.
  inject: { headers: { authorization: 'Bearer {accessToken}', 'client-id': '{clientId}' } },
  identity: { from: 'userinfo', url: 'https://id.twitch.tv/oauth2/userinfo', id: 'sub', name: 'preferred_username' },
  apiOrigins: ['https://api.twitch.tv'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.twitch.tv', paths: ['/helix/'] } },
  monogram: 'Tw',
  clientPage: 'https://dev.twitch.tv/console/apps',
  checked: 'docs 2026-11-21',
  sources: [
    'https://dev.twitch.tv/docs/authentication/getting-tokens-oidc/',
    'https://dev.twitch.tv/docs/authentication/refresh-tokens/',
  ],
}
