/** X as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const x: OAuthConnector = {
  id: 'x',
  name: 'X',
  category: 'social',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://x.com/i/oauth2/authorize',
    scope: {
      // Without offline.access there is no refresh token, and the access token ends after two hours.
      default: ['tweet.read', 'users.read', 'offline.access'],
      optional: [
        'tweet.write',
        'follows.read',
        'follows.write',
        'like.read',
        'like.write',
        'list.read',
        'bookmark.read',
        'media.write',
        'dm.read',
        'dm.write',
      ],
      // The account is read with both.
      required: ['tweet.read', 'users.read'],
    },
  },
  // Its documentation shows the id and the secret encoded as they stand.
  token: { url: 'https://api.x.com/2/oauth2/token', rawBasic: true },
  refresh: { rotation: 'always' },
  revoke: { url: 'https://api.x.com/2/oauth2/revoke' },
  identity: { from: 'userinfo', url: 'https://api.x.com/2/users/me', id: 'data.id', name: 'data.username' },
  apiOrigins: ['https://api.x.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.x.com', paths: ['/2/'] } },
  monogram: 'X',
  clientPage: 'https://developer.x.com/en/portal/dashboard',
  checked: 'docs 2026-11-21',
  sources: ['https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code'],
}
