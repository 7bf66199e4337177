/** FreshBooks as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const freshbooks: OAuthConnector = {
  id: 'freshbooks',
  name: 'FreshBooks',
  category: 'accounting',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://auth.freshbooks.com/oauth/authorize',
    scope: {
      default: ['user:profile:read'],
      optional: [
        'user:clients:read',
        'user:clients:write',
        'user:invoices:read',
        'user:invoices:write',
        'user:expenses:read',
        'user:payments:read',
        'user:projects:read',
        'user:time_entries:read',
      ],
      required: ['user:profile:read'],
    },
  },
  token: { url: 'https://api.freshbooks.com/auth/oauth/token', body: 'json', auth: 'client_secret_post' },
  refresh: { rotation: 'always' },
  revoke: { url: 'https://api.freshbooks.com/auth/oauth/revoke', body: 'json' },
  // Calls for invoices name the account, calls for projects the business: those of the first membership.
  capture: {
    accountId: {
      from: 'request',
      url: 'https://api.freshbooks.com/auth/api/v1/users/me',
      path: 'response.business_memberships.0.business.account_id',
      optional: true,
      expose: 'page',
    },
    businessId: {
      from: 'request',
      url: 'https://api.freshbooks.com/auth/api/v1/users/me',
      path: 'response.business_memberships.0.business.id',
      optional: true,
      expose: 'page',
    },
  },
  identity: {
    from: 'userinfo',
    url: 'https://api.freshbooks.com/auth/api/v1/users/me',
    id: 'response.id',
    name: 'response.email',
  },
  apiOrigins: ['https://api.freshbooks.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.freshbooks.com', headers: { 'api-version': 'alpha' } } },
  monogram: 'FB',
  clientPage: 'https://my.freshbooks.com/#/developer',
  checked: 'docs 2026-11-21',
  sources: ['https://www.freshbooks.com/api/authentication', 'https://www.freshbooks.com/api/me_endpoint'],
}
