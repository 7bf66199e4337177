/** Google Ads as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const googleAds: OAuthConnector = {
  id: 'google-ads',
  name: 'Google Ads',
  category: 'marketing',
  method: 'oauth2',
  issuer: 'https://accounts.google.com',
  inputs: [
    {
      name: 'developerToken',
      label: 'Developer token',
      help: 'In the API Center of a Google Ads manager account.',
      secret: true,
    },
  ],
  authorize: {
    url: 'https://accounts.google.com/o/oauth2/v2/auth',
    // A refresh token comes with offline access and, after the first consent, only if consent is asked again.
    params: { access_type: 'offline', prompt: 'consent' },
    scope: {
      // The long name of `email` is the one that the answer tells.
      default: ['openid', 'https://www.googleapis.com/auth/userinfo.email', 'https://www.googleapis.com/auth/adwords'],
      optional: [],
      required: ['openid'],
    },
    // Google has no prompt=login.
    force: { prompt: 'select_account' },
  },
  token: { url: 'https://oauth2.googleapis.com/token', auth: 'client_secret_post' },
  refresh: { rotation: 'never' },
  revoke: { url: 'https://oauth2.googleapis.com/revoke', auth: 'none' },
  identity: { from: 'id_token', id: 'sub', name: 'email' },
  inject: { headers: { authorization: 'Bearer {accessToken}', 'developer-token': '{developerToken}' } },
  apiOrigins: ['https://googleads.googleapis.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://googleads.googleapis.com' } },
  monogram: 'Ad',
  clientPage: 'https://console.cloud.google.com/auth/clients',
  checked: 'docs 2026-11-21',
  sources: [
    'https://developers.google.com/identity/protocols/oauth2/web-server',
    'https://developers.google.com/google-ads/api/docs/oauth/overview',
  ],
}
