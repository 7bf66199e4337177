/** Outlook Mail as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const outlookMail: OAuthConnector = {
  id: 'outlook-mail',
  name: 'Outlook Mail',
  category: 'mail',
  method: 'oauth2',
  // `common` serves every tenant, and each tenant has an issuer of its own.
  issuer: null,
  authorize: {
    url: 'https://login.microsoftonline.com/common/oauth2/v2.0/authorize',
    params: { response_mode: 'query' },
    scope: {
      default: ['openid', 'profile', 'email', 'offline_access', 'User.Read', 'Mail.Read'],
      optional: [
        'Mail.ReadBasic',
        'Mail.ReadWrite',
        'Mail.Send',
        'Mail.Read.Shared',
        'Mail.Send.Shared',
        'MailboxSettings.Read',
        'MailboxSettings.ReadWrite',
      ],
      required: ['offline_access', 'User.Read'],
      untold: ['offline_access'],
      implies: {
        'Mail.ReadWrite': ['Mail.Read', 'Mail.ReadBasic'],
        'Mail.Read': ['Mail.ReadBasic'],
        'MailboxSettings.ReadWrite': ['MailboxSettings.Read'],
      },
    },
  },
  token: { url: 'https://login.microsoftonline.com/common/oauth2/v2.0/token', auth: 'client_secret_post' },
  refresh: { rotation: 'always' },
  identity: { from: 'userinfo', url: 'https://graph.microsoft.com/v1.0/me', id: 'id', name: 'userPrincipalName' },
  apiOrigins: ['https://graph.microsoft.com'],
  reach: 'direct',
  proxy: { api: { origin: 'https://graph.microsoft.com', paths: ['/v1.0/', '/beta/'] } },
  monogram: 'O',
  clientPage: 'https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade',
  checked: 'docs 2026-11-21',
  sources: [
    'https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow',
    'https://learn.microsoft.com/en-us/graph/outlook-mail-concept-overview',
  ],
}
