/** HubSpot as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const hubspot: OAuthConnector = {
  id: 'hubspot',
  name: 'HubSpot',
  category: 'crm',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://app.hubspot.com/oauth/authorize',
    scope: {
      default: ['oauth', 'crm.objects.contacts.read'],
      optional: [
        'crm.objects.contacts.write',
        'crm.objects.companies.read',
        'crm.objects.companies.write',
        'crm.objects.deals.read',
        'crm.objects.deals.write',
        'crm.objects.owners.read',
        'crm.lists.read',
        'tickets',
        'files',
        'forms',
      ],
      required: ['oauth'],
    },
  },
  // The older /oauth/v1 endpoints end in February 2027.
  token: { url: 'https://api.hubapi.com/oauth/2026-03/token', auth: 'client_secret_post' },
  refresh: { rotation: 'sometimes' },
  revoke: { url: 'https://api.hubapi.com/oauth/2026-03/token/revoke' },
  identity: {
    from: 'userinfo',
    url: 'https://api.hubapi.com/account-info/2026-03/details',
    id: 'portalId',
    name: 'portalId',
  },
  apiOrigins: ['https://api.hubapi.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.hubapi.com' } },
  monogram: 'HS',
  clientPage: 'https://app.hubspot.com/developer-overview',
  checked: 'docs 2026-11-21',
  sources: [
    'https://developers.hubspot.com/docs/api-reference/latest/authentication/manage-oauth-tokens',
    'https://developers.hubspot.com/docs/api-reference/latest/account/account-information/guide',
  ],
}
