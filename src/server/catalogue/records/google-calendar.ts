/** Google Calendar as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const googleCalendar: OAuthConnector = {
  id: 'google-calendar',
  name: 'Google Calendar',
  category: 'calendar',
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
        'https://www.googleapis.com/auth/calendar.readonly',
      ],
      optional: [
        'https://www.googleapis.com/auth/calendar',
        'https://www.googleapis.com/auth/calendar.events',
        'https://www.googleapis.com/auth/calendar.events.readonly',
        'https://www.googleapis.com/auth/calendar.calendarlist.readonly',
        'https://www.googleapis.com/auth/calendar.freebusy',
        'https://www.googleapis.com/auth/calendar.settings.readonly',
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
  apiOrigins: ['https://www.googleapis.com'],
  reach: 'direct',
  proxy: { api: { origin: 'https://www.googleapis.com', paths: ['/calendar/v3/'] } },
  monogram: 'Ca',
  clientPage: 'https://console.cloud.google.com/auth/clients',
  checked: 'docs 2026-11-21',
  sources: [
    'https://developers.google.com/identity/protocols/oauth2/web-server',
    'https://developers.google.com/workspace/calendar/api/auth',
  ],
}
