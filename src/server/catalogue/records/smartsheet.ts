/** Smartsheet as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const smartsheet: OAuthConnector = {
  id: 'smartsheet',
  name: 'Smartsheet',
  category: 'projects',
  method: 'oauth2',
  issuer: null,
  inputs: [
    {
      name: 'region',
      label: 'Region',
      help: 'Where you sign in.',
      enum: ['com', 'eu', 'au'],
      labels: { com: 'United States', eu: 'Europe', au: 'Australia' },
      optional: true,
      default: 'com',
    },
  ],
  authorize: {
    url: 'https://app.smartsheet.{region}/b/authorize',
    scope: {
      default: ['READ_SHEETS', 'READ_USERS'],
      optional: [
        'WRITE_SHEETS',
        'CREATE_SHEETS',
        'DELETE_SHEETS',
        'SHARE_SHEETS',
        'ADMIN_SHEETS',
        'READ_SIGHTS',
        'READ_CONTACTS',
        'ADMIN_WEBHOOKS',
        'ADMIN_WORKSPACES',
      ],
    },
  },
  token: { url: 'https://api.smartsheet.{region}/2.0/token', auth: 'client_secret_post' },
  refresh: { rotation: 'always' },
  revoke: {
    url: 'https://api.smartsheet.{region}/2.0/token',
    method: 'DELETE',
    auth: 'bearer',
    token: 'access',
    body: 'none',
  },
  identity: { from: 'userinfo', url: 'https://api.smartsheet.{region}/2.0/users/me', id: 'id', name: 'email' },
  apiOrigins: ['https://api.smartsheet.{region}'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.smartsheet.{region}', paths: ['/2.0/'] } },
  monogram: 'S',
  checked: 'docs 2026-11-21',
  sources: ['https://developers.smartsheet.com/api/smartsheet/guides/advanced-topics/oauth'],
}
