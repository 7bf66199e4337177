/** Microsoft Teams as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const microsoftTeams: OAuthConnector = {
  id: 'microsoft-teams',
  name: 'Microsoft Teams',
  category: 'chat',
  method: 'oauth2',
  // `organizations` serves every tenant and no personal account: this API knows none. Each tenant has its own issuer.
  issuer: null,
  authorize: {
    url: 'https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize',
    params: { response_mode: 'query' },
    scope: {
      default: [
        'openid',
        'profile',
        'email',
        'offline_access',
        'User.Read',
        'Team.ReadBasic.All',
        'Channel.ReadBasic.All',
      ],
      optional: [
        'ChannelMessage.Read.All',
        'ChannelMessage.Send',
        'Chat.ReadBasic',
        'Chat.Read',
        'Chat.ReadWrite',
        'ChatMessage.Send',
        'TeamMember.Read.All',
        'OnlineMeetings.Read',
        'OnlineMeetings.ReadWrite',
        'Presence.Read',
      ],
      required: ['offline_access', 'User.Read'],
      untold: ['offline_access'],
      implies: {
        'Chat.Read': ['Chat.ReadBasic'],
        'Chat.ReadWrite': ['Chat.Read', 'Chat.ReadBasic'],
        'OnlineMeetings.ReadWrite': ['OnlineMeetings.Read'],
      },
    },
  },
  token: { url: 'https://login.microsoftonline.com/organizations/oauth2/v2.0/token', auth: 'client_secret_post' },
  refresh: { rotation: 'always' },
  identity: { from: 'userinfo', url: 'https://graph.microsoft.com/v1.0/me', id: 'id', name: 'userPrincipalName' },
  apiOrigins: ['https://graph.microsoft.com'],
  reach: 'direct',
  proxy: { api: { origin: 'https://graph.microsoft.com', paths: ['/v1.0/', '/beta/'] } },
  monogram: 'MT',
  clientPage: 'https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationsListBlade',
  checked: 'docs 2026-11-21',
  sources: [
    'https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow',
    'https://learn.microsoft.com/en-us/graph/teams-concept-overview',
  ],
}
