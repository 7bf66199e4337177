/** Spotify as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const spotify: OAuthConnector = {
  id: 'spotify',
  name: 'Spotify',
  category: 'social',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://accounts.spotify.com/authorize',
    scope: {
      default: ['user-read-email', 'user-read-private'],
      optional: [
        'user-library-read',
        'user-library-modify',
        'user-top-read',
        'user-read-recently-played',
        'user-read-playback-state',
        'user-modify-playback-state',
        'user-read-currently-playing',
        'playlist-read-private',
        'playlist-modify-public',
        'playlist-modify-private',
        'user-follow-read',
      ],
    },
    force: { show_dialog: 'true' },
  },
  token: { url: 'https://accounts.spotify.com/api/token' },
  refresh: { rotation: 'sometimes' },
  identity: { from: 'userinfo', url: 'https://api.spotify.com/v1/me', id: 'id', name: 'display_name' },
  apiOrigins: ['https://api.spotify.com'],
  reach: 'direct',
  proxy: { api: { origin: 'https://api.spotify.com', paths: ['/v1/'] } },
  monogram: 'Sp',
  clientPage: 'https://developer.spotify.com/dashboard',
  checked: 'docs 2026-11-21',
  sources: [
    'https://developer.spotify.com/documentation/web-api/tutorials/code-flow',
    'https://developer.spotify.com/documentation/web-api/tutorials/refreshing-tokens',
  ],
}
