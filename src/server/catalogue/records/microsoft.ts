/** Microsoft as a connector. */

import type { ConnectorRecord } from '../../../protocol/connector.ts'

export const microsoft: ConnectorRecord = {
  id: 'microsoft',
  name: 'Microsoft',
  category: 'productivity',
  method: 'oauth2',
  // `common` serves every tenant, and each tenant has an issuer of its own.
  issuer: null,
  authorize: {
    url: 'https://login.microsoftonline.com/common/oauth2/v2.0/authorize',
    params: { response_mode: 'query' },
    scope: {
      default: ['openid', 'profile', 'email', 'offline_access', 'User.Read'],
      optional: [
        'Mail.Read',
        'Mail.Send',
        'Calendars.Read',
        'Calendars.ReadWrite',
        'Files.Read',
        'Files.ReadWrite',
        'Contacts.Read',
      ],
      untold: ['offline_access'],
    },
  },
  token: { url: 'https://login.microsoftonline.com/common/oauth2/v2.0/token', auth: 'client_secret_post' },
  device: { url: 'https://login.microsoftonline.com/common/oauth2/v2.0/devicecode' },
  refresh: { rotation: 'always' },
  identity: { from: 'userinfo', url: 'https://graph.microsoft.com/v1.0/me', id: 'id', name: 'userPrincipalName' },
  apiOrigins: ['https://graph.microsoft.com'],
  reach: 'direct',
  proxy: { api: { origin: 'https://graph.microsoft.com', paths: ['/v1.0/'] } },
  monogram: 'M',
  clientPage: 'https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade',
  checked: 'docs 2026-11-21',
  sources: ['https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow'],
}
