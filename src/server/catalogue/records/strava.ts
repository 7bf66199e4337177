/** Strava as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const strava: OAuthConnector = {
  id: 'strava',
  name: 'Strava',
  category: 'social',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://www.strava.com/oauth/authorize',
    params: { approval_prompt: 'auto' },
    scope: {
      separator: ',',
      default: ['read'],
      optional: [
        'read_all',
        'profile:read_all',
        'profile:write',
        'activity:read',
        'activity:read_all',
        'activity:write',
      ],
      required: ['read'],
    },
    // Strava has no prompt=login.
    force: { approval_prompt: 'force' },
  },
  // The token response names no scopes; the callback does.
  callback: { scope: 'scope' },
  token: {
    url: 'https://www.strava.com/api/v3/oauth/token',
    auth: 'client_secret_post',
    error: ['errors.0.code'],
    errors: { dead: ['invalid'] },
  },
  refresh: { rotation: 'sometimes' },
  revoke: {
    url: 'https://www.strava.com/oauth/deauthorize',
    auth: 'bearer',
    token: 'access',
    param: 'access_token',
  },
  identity: { from: 'userinfo', url: 'https://www.strava.com/api/v3/athlete', id: 'id', name: 'firstname' },
  apiOrigins: ['https://www.strava.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://www.strava.com', paths: ['/api/v3/'] } },
  monogram: 'St',
  clientPage: 'https://www.strava.com/settings/api',
  checked: 'docs 2026-11-21',
  sources: ['https://developers.strava.com/docs/authentication/'],
}
