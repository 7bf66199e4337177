/** Calendly as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const calendly: OAuthConnector = {
  id: 'calendly',
  name: 'Calendly',
  category: 'calendar',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://auth.calendly.com/oauth/authorize',
    scope: {
      default: ['users:read', 'event_types:read', 'scheduled_events:read'],
      optional: [
        'event_types:write',
        'scheduled_events:write',
        'availability:read',
        'availability:write',
        'locations:read',
        'organizations:read',
        'scheduling_links:write',
      ],
      // The account could not be named otherwise.
      required: ['users:read'],
      implies: {
        'event_types:write': ['event_types:read'],
        'scheduled_events:write': ['scheduled_events:read'],
        'availability:write': ['availability:read'],
      },
    },
  },
  token: { url: 'https://auth.calendly.com/oauth/token' },
  refresh: { rotation: 'always' },
  // Unlike the token endpoint, this one is documented with the client's secret in the body.
  revoke: { url: 'https://auth.calendly.com/oauth/revoke', auth: 'client_secret_post' },
  identity: { from: 'userinfo', url: 'https://api.calendly.com/users/me', id: 'resource.uri', name: 'resource.email' },
  apiOrigins: ['https://api.calendly.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.calendly.com' } },
  monogram: 'C',
  clientPage: 'https://developer.calendly.com/console/apps',
  checked: 'docs 2026-11-21',
  sources: [
    'https://developer.calendly.com/creating-an-oauth-app',
    'https://developer.calendly.com/scopes',
    'https://developer.calendly.com/refresh-token-rotation-guide',
  ],
}
