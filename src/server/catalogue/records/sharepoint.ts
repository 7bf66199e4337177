/** SharePoint as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const sharepoint: OAuthConnector = {
  id: 'sharepoint',
  name: 'SharePoint',
  category: 'files',
  method: 'oauth2',
  // `organizations` serves every tenant and no personal account: this API knows none. Each tenant has its own issuer.
  issuer: null,
  authorize: {
    url: 'https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize',
    params: { response_mode: 'query' },
    scope: {
      default: ['openid', 'profile', 'email', 'offline_access', 'User.Read', 'Sites.Read.All'],
      optional: [
        'Sites.ReadWrite.All',
        'Sites.Manage.All',
        'Sites.FullControl.All',
        'Files.Read.All',
        'Files.ReadWrite.All',
      ],
      required: ['offline_access', 'User.Read'],
      untold: ['offline_access'],
      implies: { 'Sites.ReadWrite.All': ['Sites.Read.All'], 'Files.ReadWrite.All': ['Files.Read.All'] },
    },
  },
  token: { url: 'https://login.microsoftonline.com/organizations/oauth2/v2.0/token', auth: 'client_secret_post' },
  refresh: { rotation: 'always' },
  identity: { from: 'userinfo', url: 'https://graph.microsoft.com/v1.0/me', id: 'id', name: 'userPrincipalName' },
  apiOrigins: ['https://graph.microsoft.com'],
  reach: 'direct',
  proxy: { api: { origin: 'https://graph.microsoft.com', paths: ['/v1.0/', '/beta/'] } },
  monogram: 'SP',
  clientPage: 'https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade',
  checked: 'docs 2026-11-21',
  sources: [
    'https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow',
    'https://learn.microsoft.com/en-us/graph/sharepoint-concept-overview',
  ],
}
