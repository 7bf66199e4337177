/** Front as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const front: OAuthConnector = {
  id: 'front',
  name: 'Front',
  category: 'support',
  method: 'oauth2',
  issuer: null,
  // Scopes are those of the app; the request names none.
  authorize: { url: 'https://app.frontapp.com/oauth/authorize' },
  token: { url: 'https://app.frontapp.com/oauth/token' },
  // The answer tells a point in time, not a lifetime; the lifetime is documented as one hour.
  // The refresh token stays the same until it nears its own end, then a new one comes with an answer.
  refresh: { rotation: 'sometimes', assumedLifetimeSeconds: 3_600 },
  identity: { from: 'userinfo', url: 'https://api2.frontapp.com/me', id: 'id', name: 'name' },
  apiOrigins: ['https://api2.frontapp.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api2.frontapp.com' } },
  monogram: 'Fr',
  checked: 'docs 2026-11-21',
  sources: ['https://dev.frontapp.com/docs/oauth'],
}
