/** Dropbox as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const dropbox: OAuthConnector = {
  id: 'dropbox',
  name: 'Dropbox',
  category: 'files',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://www.dropbox.com/oauth2/authorize',
    // Without it no refresh token is given.
    params: { token_access_type: 'offline' },
    scope: {
      default: ['account_info.read', 'files.metadata.read', 'files.content.read'],
      optional: [
        'files.metadata.write',
        'files.content.write',
        'sharing.read',
        'sharing.write',
        'file_requests.read',
        'file_requests.write',
        'contacts.read',
      ],
      // The account could not be named otherwise.
      required: ['account_info.read'],
    },
    force: { force_reauthentication: 'true' },
  },
  token: { url: 'https://api.dropboxapi.com/oauth2/token', auth: 'client_secret_post' },
  refresh: { rotation: 'never' },
  // Ending the access token ends the refresh token that it came from.
  revoke: { url: 'https://api.dropboxapi.com/2/auth/token/revoke', auth: 'bearer', token: 'access', body: 'none' },
  identity: {
    from: 'userinfo',
    url: 'https://api.dropboxapi.com/2/users/get_current_account',
    method: 'POST',
    // A call without arguments carries the JSON value null.
    body: 'null',
    id: 'account_id',
    name: 'email',
  },
  apiOrigins: ['https://api.dropboxapi.com', 'https://content.dropboxapi.com'],
  reach: 'direct',
  proxy: {
    api: { origin: 'https://api.dropboxapi.com', paths: ['/2/'] },
    content: { origin: 'https://content.dropboxapi.com', paths: ['/2/'] },
  },
  monogram: 'D',
  clientPage: 'https://www.dropbox.com/developers/apps',
  checked: 'docs 2026-11-21',
  sources: [
    'https://developers.dropbox.com/oauth-guide',
    'https://www.dropbox.com/developers/documentation/http/documentation',
  ],
}
