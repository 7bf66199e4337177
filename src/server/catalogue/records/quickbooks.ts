/** QuickBooks Online as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const quickbooks: OAuthConnector = {
  id: 'quickbooks',
  name: 'QuickBooks Online',
  category: 'accounting',
  method: 'oauth2',
  issuer: 'https://oauth.platform.intuit.com/op/v1',
  authorize: {
    url: 'https://appcenter.intuit.com/connect/oauth2',
    scope: {
      default: ['com.intuit.quickbooks.accounting'],
      optional: ['com.intuit.quickbooks.payment', 'openid', 'profile', 'email'],
    },
  },
  token: {
    url: 'https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer',
    headers: { accept: 'application/json' },
  },
  // The refresh token changes about once a day.
  refresh: { rotation: 'sometimes' },
  revoke: { url: 'https://developer.api.intuit.com/v2/oauth2/tokens/revoke', body: 'json' },
  // The company, which stands in the path of every call. No answer repeats it, so it is the account too.
  capture: { realmId: { from: 'callback', path: 'realmId', pattern: '\\d+', expose: 'page' } },
  identity: { from: 'captured', id: '{realmId}', name: '{realmId}' },
  apiOrigins: ['https://quickbooks.api.intuit.com', 'https://sandbox-quickbooks.api.intuit.com'],
  reach: 'proxy',
  proxy: {
    api: {
      origin: 'https://quickbooks.api.intuit.com',
      paths: ['/v3/company/{realmId}/'],
      headers: { accept: 'application/json' },
    },
    sandbox: {
      origin: 'https://sandbox-quickbooks.api.intuit.com',
      paths: ['/v3/company/{realmId}/'],
      headers: { accept: 'application/json' },
    },
  },
  monogram: 'QB',
  clientPage: 'https://developer.intuit.com/app/developer/dashboard',
  checked: 'docs 2026-11-21',
  sources: [
    'https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/oauth-2.0',
    'https://developer.api.intuit.com/.well-known/openid_configuration',
  ],
}
