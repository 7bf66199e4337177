/** Google as a connector. */

import type { ConnectorRecord } from '../../../protocol/connector.ts'

export const google: ConnectorRecord = {
  id: 'google',
  name: 'Google',
  category: 'productivity',
  method: 'oauth2',
  issuer: 'https://accounts.google.com',
  authorize: {
    url: 'https://accounts.google.com/o/oauth2/v2/auth',
    // A refresh token comes with offline access and, after the first consent, only if consent is asked again.
    params: { access_type: 'offline', prompt: 'consent', include_granted_scopes: 'true' },
    scope: {
      // The long names are the ones that the answer tells.
      default: [
        'openid',
        'https://www.googleapis.com/auth/userinfo.email',
        'https://www.googleapis.com/auth/userinfo.profile',
      ],
      optional: [
        'https://www.googleapis.com/auth/drive.file',
        'https://www.googleapis.com/auth/drive.readonly',
        'https://www.googleapis.com/auth/spreadsheets',
        'https://www.googleapis.com/auth/spreadsheets.readonly',
        'https://www.googleapis.com/auth/calendar.readonly',
        'https://www.googleapis.com/auth/calendar.events',
        'https://www.googleapis.com/auth/gmail.readonly',
        'https://www.googleapis.com/auth/gmail.send',
      ],
      required: ['openid'],
    },
    // Google has no prompt=login.
    force: { prompt: 'select_account' },
  },
  token: { url: 'https://oauth2.googleapis.com/token', auth: 'client_secret_post' },
  device: { url: 'https://oauth2.googleapis.com/device/code' },
  refresh: { rotation: 'never' },
  revoke: { url: 'https://oauth2.googleapis.com/revoke', auth: 'none' },
  identity: { from: 'id_token', id: 'sub', name: 'email' },
  apiOrigins: [
    'https://www.googleapis.com',
    'https://gmail.googleapis.com',
    'https://sheets.googleapis.com',
    'https://people.googleapis.com',
  ],
  reach: 'direct',
  proxy: {
    api: { origin: 'https://www.googleapis.com' },
    gmail: { origin: 'https://gmail.googleapis.com', paths: ['/gmail/'] },
    sheets: { origin: 'https://sheets.googleapis.com', paths: ['/v4/'] },
    people: { origin: 'https://people.googleapis.com', paths: ['/v1/'] },
  },
  monogram: 'G',
  clientPage: 'https://console.cloud.google.com/auth/clients',
  checked: 'docs 2026-11-21',
  sources: ['https://developers.google.com/identity/protocols/oauth2/web-server'],
}
