/** OneDrive as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const onedrive: OAuthConnector = {
  id: 'onedrive',
  name: 'OneDrive',
  category: 'files',
  method: 'oauth2',
  // `common` serves every tenant, and each tenant has an issuer of its own.
  issuer: null,
  authorize: {
    url: 'https://login.microsoftonline.com/common/oauth2/v2.0/authorize',
    params: { response_mode: 'query' },
    scope: {
      default: ['openid', 'profile', 'email', 'offline_access', 'User.Read', 'Files.Read'],
      optional: ['Files.ReadWrite', 'Files.Read.All', 'Files.ReadWrite.All'],
      required: ['offline_access', 'User.Read'],
      untold: ['offline_access'],
      implies: {
        'Files.ReadWrite': ['Files.Read'],
        'Files.Read.All': ['Files.Read'],
        'Files.ReadWrite.All': ['Files.Read', 'Files.ReadWrite', 'Files.Read.All'],
      },
    },
  },
  token: { url: 'https://login.microsoftonline.com/common/oauth2/v2.0/token', auth: 'client_secret_post' },
  refresh: { rotation: 'always' },
  identity: { from: 'userinfo', url: 'https://graph.microsoft.com/v1.0/me', id: 'id', name: 'userPrincipalName' },
  apiOrigins: ['https://graph.microsoft.com'],
  reach: 'direct',
  proxy: { api: { origin: 'https://graph.microsoft.com', paths: ['/v1.0/', '/beta/'] } },
  monogram: 'OD',
  clientPage: 'https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade',
  checked: 'docs 2026-11-21',
  sources: [
    'https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow',
    'https://learn.microsoft.com/en-us/graph/onedrive-concept-overview',
  ],
}
