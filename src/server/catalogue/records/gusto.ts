/** Gusto as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const gusto: OAuthConnector = {
  id: 'gusto',
  name: 'Gusto',
  category: 'hr',
  method: 'oauth2',
  issuer: null,
  // Scopes are those that the app was approved for; the request names none.
  authorize: { url: 'https://api.gusto.com/oauth/authorize' },
  token: { url: 'https://api.gusto.com/oauth/token', body: 'json', auth: 'client_secret_post' },
  refresh: { rotation: 'always' },
  // A token is for one company; nothing in this answer has a name.
  identity: {
    from: 'userinfo',
    url: 'https://api.gusto.com/v1/token_info',
    headers: { 'x-gusto-api-version': '2026-06-15' },
    id: 'resource.uuid',
    name: 'resource.uuid',
  },
  apiOrigins: ['https://api.gusto.com'],
  reach: 'proxy',
  proxy: {
    api: { origin: 'https://api.gusto.com', paths: ['/v1/'], headers: { 'x-gusto-api-version': '2026-06-15' } },
  },
  monogram: 'Gu',
  clientPage: 'https://dev.gusto.com/',
  checked: 'docs 2026-11-21',
  sources: [
    'https://docs.gusto.com/app-integrations/docs/oauth2',
    'https://docs.gusto.com/app-integrations/reference/get-v1-token-info',
  ],
}
