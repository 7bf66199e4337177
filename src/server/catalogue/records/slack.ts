/** Slack as a connector. */

import type { ConnectorRecord } from '../../../protocol/connector.ts'

export const slack: ConnectorRecord = {
  id: 'slack',
  name: 'Slack',
  category: 'chat',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://slack.com/oauth/v2/authorize',
    scope: {
      separator: ',',
      default: ['channels:read', 'chat:write'],
      optional: ['channels:history', 'users:read', 'files:read', 'files:write', 'reactions:read'],
    },
    pkce: false,
  },
  // Errors come with status 200 and `ok: false`, in `error`.
  token: { url: 'https://slack.com/api/oauth.v2.access' },
  refresh: { rotation: 'sometimes' },
  revoke: { url: 'https://slack.com/api/auth.revoke', auth: 'bearer', token: 'access' },
  identity: { from: 'token_response', id: 'team.id', name: 'team.name' },
  apiOrigins: ['https://slack.com'],
  // The Web API answers no cross-origin call that carries a token in a header.
  reach: 'proxy',
  proxy: { api: { origin: 'https://slack.com', paths: ['/api/'] } },
  monogram: 'S',
  clientPage: 'https://api.slack.com/apps',
  checked: 'docs 2026-11-21',
  sources: ['https://docs.slack.dev/authentication/installing-with-oauth'],
}
