/** Webex as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const webex: OAuthConnector = {
  id: 'webex',
  name: 'Webex',
  category: 'meetings',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://webexapis.com/v1/authorize',
    scope: {
      // Webex gives spark:kms to every integration: messages are encrypted end to end.
      default: ['spark:people_read', 'spark:rooms_read', 'spark:messages_read', 'spark:kms'],
      optional: [
        'spark:rooms_write',
        'spark:messages_write',
        'spark:memberships_read',
        'spark:memberships_write',
        'meeting:schedules_read',
        'meeting:schedules_write',
        'meeting:recordings_read',
        'meeting:participants_read',
      ],
      required: ['spark:people_read', 'spark:kms'],
    },
  },
  token: { url: 'https://webexapis.com/v1/access_token', auth: 'client_secret_post' },
  refresh: { rotation: 'sometimes' },
  identity: { from: 'userinfo', url: 'https://webexapis.com/v1/people/me', id: 'id', name: 'emails.0' },
  apiOrigins: ['https://webexapis.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://webexapis.com', paths: ['/v1/'] } },
  monogram: 'W',
  clientPage: 'https://developer.webex.com/my-apps',
  checked: 'docs 2026-11-21',
  sources: ['https://developer.webex.com/docs/integrations'],
}
