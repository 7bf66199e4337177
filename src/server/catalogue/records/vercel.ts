/** Vercel as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const vercel: OAuthConnector = {
  id: 'vercel',
  name: 'Vercel',
  category: 'infrastructure',
  method: 'oauth2',
  issuer: 'https://vercel.com',
  authorize: {
    url: 'https://vercel.com/oauth/authorize',
    scope: {
      default: ['openid', 'profile', 'email', 'offline_access'],
      required: ['openid'],
      untold: ['offline_access'],
    },
  },
  // Its documentation shows the id and the secret encoded as they stand.
  token: { url: 'https://api.vercel.com/login/oauth/token', rawBasic: true },
  refresh: { rotation: 'always' },
  revoke: { url: 'https://api.vercel.com/login/oauth/token/revoke' },
  identity: { from: 'id_token', id: 'sub', name: 'preferred_username' },
  apiOrigins: ['https://api.vercel.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.vercel.com' } },
  monogram: 'V',
  clientPage: 'https://vercel.com/docs/sign-in-with-vercel/manage-from-dashboard',
  checked: 'docs 2026-11-21',
  sources: [
    'https://vercel.com/docs/sign-in-with-vercel/authorization-server-api',
    'https://vercel.com/docs/sign-in-with-vercel/tokens',
  ],
}
