/** YouTube as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const youtube: OAuthConnector = {
  id: 'youtube',
  name: 'YouTube',
  category: 'social',
  method: 'oauth2',
  issuer: 'https://accounts.google.com',
  authorize: {
    url: 'https://accounts.google.com/o/oauth2/v2/auth',
    // A refresh token comes with offline access and, after the first consent, only if consent is asked again.
    params: { access_type: 'offline', prompt: 'consent' },
    scope: {
      // The long name of `email` is the one that the answer tells.
      default: [
        'openid',
        'https://www.googleapis.com/auth/userinfo.email',
        'https://www.googleapis.com/auth/youtube.readonly',
      ],
      optional: [
        'https://www.googleapis.com/auth/youtube',
        'https://www.googleapis.com/auth/youtube.force-ssl',
        'https://www.googleapis.com/auth/youtube.upload',
        'https://www.googleapis.com/auth/yt-analytics.readonly',
        'https://www.googleapis.com/auth/yt-analytics-monetary.readonly',
      ],
      required: ['openid'],
    },
    // Google has no prompt=login.
    force: { prompt: 'select_account' },
  },
  token: { url: 'https://oauth2.googleapis.com/token', auth: 'client_secret_post' },
  refresh: { rotation: 'never' },
  revoke: { url: 'https://oauth2.googleapis.com/revoke', auth: 'none' },
  identity: { from: 'id_token', id: 'sub', name: 'email' },
  apiOrigins: [
    'https://www.googleapis.com',
    'https://youtube.googleapis.com',
    'https://youtubeanalytics.googleapis.com',
  ],
  reach: 'direct',
  proxy: {
    api: { origin: 'https://www.googleapis.com', paths: ['/youtube/v3/', '/upload/youtube/v3/'] },
    analytics: { origin: 'https://youtubeanalytics.googleapis.com', paths: ['/v2/'] },
  },
  monogram: 'YT',
  clientPage: 'https://console.cloud.google.com/auth/clients',
  checked: 'docs 2026-11-21',
  sources: [
    'https://developers.google.com/identity/protocols/oauth2/web-server',
    'https://developers.google.com/youtube/v3/guides/auth/server-side-web-apps',
  ],
}
