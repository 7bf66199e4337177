/** Sentry as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const sentry: OAuthConnector = {
  id: 'sentry',
  name: 'Sentry',
  category: 'issues',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://sentry.io/oauth/authorize/',
    scope: {
      default: ['org:read', 'project:read', 'event:read'],
      optional: ['team:read', 'member:read', 'project:write', 'project:releases', 'event:write', 'alerts:read'],
    },
  },
  token: { url: 'https://sentry.io/oauth/token/', auth: 'client_secret_post' },
  refresh: { rotation: 'always' },
  identity: { from: 'token_response', id: 'user.id', name: 'user.email' },
  // An organization's data stays in its region.
  apiOrigins: ['https://sentry.io', 'https://us.sentry.io', 'https://de.sentry.io'],
  reach: 'proxy',
  proxy: {
    api: { origin: 'https://sentry.io', paths: ['/api/0/'] },
    us: { origin: 'https://us.sentry.io', paths: ['/api/0/'] },
    de: { origin: 'https://de.sentry.io', paths: ['/api/0/'] },
  },
  monogram: 'Se',
  clientPage: 'https://sentry.io/settings/account/api/applications/',
  checked: 'docs 2026-11-21',
  sources: ['https://docs.sentry.io/api/auth/'],
}
