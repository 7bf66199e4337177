/** Zoom as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const zoom: OAuthConnector = {
  id: 'zoom',
  name: 'Zoom',
  category: 'meetings',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://zoom.us/oauth/authorize',
    scope: {
      default: ['user:read:user', 'meeting:read:list_meetings', 'meeting:read:meeting'],
      optional: [
        'meeting:write:meeting',
        'meeting:update:meeting',
        'meeting:delete:meeting',
        'cloud_recording:read:list_user_recordings',
        'cloud_recording:read:list_recording_files',
      ],
      // The account could not be named otherwise.
      required: ['user:read:user'],
    },
  },
  token: { url: 'https://zoom.us/oauth/token' },
  refresh: { rotation: 'always' },
  revoke: { url: 'https://zoom.us/oauth/revoke', token: 'access' },
  identity: { from: 'userinfo', url: 'https://api.zoom.us/v2/users/me', id: 'id', name: 'email' },
  apiOrigins: ['https://api.zoom.us'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.zoom.us', paths: ['/v2/'] } },
  monogram: 'Z',
  clientPage: 'https://marketplace.zoom.us/user/build',
  checked: 'docs 2026-11-21',
  sources: ['https://developers.zoom.us/docs/integrations/oauth/'],
}
