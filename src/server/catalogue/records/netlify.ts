/** Netlify as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const netlify: OAuthConnector = {
  id: 'netlify',
  name: 'Netlify',
  category: 'infrastructure',
  method: 'oauth2',
  issuer: null,
  // Netlify knows no scopes.
  authorize: { url: 'https://app.netlify.com/authorize', scope: { default: [] } },
  token: { url: 'https://api.netlify.com/oauth/token', auth: 'client_secret_post' },
  refresh: { rotation: 'none' },
  identity: { from: 'userinfo', url: 'https://api.netlify.com/api/v1/user', id: 'id', name: 'email' },
  apiOrigins: ['https://api.netlify.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.netlify.com', paths: ['/api/v1/'] } },
  monogram: 'N',
  clientPage: 'https://app.netlify.com/user/applications',
  checked: 'docs 2026-11-21',
  sources: ['https://docs.netlify.com/api-and-cli-guides/api-guides/get-started-with-api/'],
}
