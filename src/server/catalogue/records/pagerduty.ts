/** PagerDuty as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const pagerduty: OAuthConnector = {
  id: 'pagerduty',
  name: 'PagerDuty',
  category: 'infrastructure',
  method: 'oauth2',
  inputs: [
    {
      name: 'host',
      label: 'Service region',
      help: 'The European region has addresses with .eu. in them.',
      optional: true,
      default: 'api.pagerduty.com',
      enum: ['api.pagerduty.com', 'api.eu.pagerduty.com'],
    },
  ],
  issuer: null,
  authorize: {
    url: 'https://identity.pagerduty.com/oauth/authorize',
    scope: {
      default: ['openid', 'users.read', 'incidents.read', 'services.read'],
      optional: [
        'incidents.write',
        'services.write',
        'schedules.read',
        'oncalls.read',
        'escalation_policies.read',
        'teams.read',
      ],
      required: ['users.read'],
    },
  },
  token: { url: 'https://identity.pagerduty.com/oauth/token', auth: 'client_secret_post' },
  refresh: { rotation: 'sometimes' },
  identity: {
    from: 'userinfo',
    url: 'https://{host}/users/me',
    headers: { accept: 'application/vnd.pagerduty+json;version=2' },
    id: 'user.id',
    name: 'user.email',
  },
  apiOrigins: ['https://{host}'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://{host}', headers: { accept: 'application/vnd.pagerduty+json;version=2' } } },
  monogram: 'PD',
  clientPage: 'https://support.pagerduty.com/main/docs/developer-mode',
  checked: 'docs 2026-11-21',
  sources: ['https://developer.pagerduty.com/docs/oauth-functionality'],
}
