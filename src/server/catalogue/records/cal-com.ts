/** Cal.com as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const calCom: OAuthConnector = {
  id: 'cal-com',
  name: 'Cal.com',
  category: 'calendar',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://app.cal.com/auth/oauth2/authorize',
    scope: {
      default: ['PROFILE_READ', 'EVENT_TYPE_READ', 'BOOKING_READ'],
      optional: [
        'EVENT_TYPE_WRITE',
        'BOOKING_WRITE',
        'SCHEDULE_READ',
        'SCHEDULE_WRITE',
        'APPS_READ',
        'PROFILE_WRITE',
        'TEAM_EVENT_TYPE_READ',
        'TEAM_BOOKING_READ',
        'TEAM_PROFILE_READ',
        'TEAM_MEMBERSHIP_READ',
        'ORG_BOOKING_READ',
        'ORG_PROFILE_READ',
      ],
      // The account could not be named otherwise.
      required: ['PROFILE_READ'],
      implies: { ORG_BOOKING_READ: ['TEAM_BOOKING_READ'], ORG_PROFILE_READ: ['TEAM_PROFILE_READ'] },
    },
  },
  token: { url: 'https://api.cal.com/v2/auth/oauth2/token', auth: 'client_secret_post' },
  refresh: { rotation: 'always' },
  identity: { from: 'userinfo', url: 'https://api.cal.com/v2/me', id: 'data.id', name: 'data.email' },
  apiOrigins: ['https://api.cal.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.cal.com', paths: ['/v2/'] } },
  monogram: 'C',
  clientPage: 'https://app.cal.com/settings/developer/oauth',
  checked: 'docs 2026-11-21',
  sources: ['https://cal.com/docs/api-reference/v2/oauth'],
}
