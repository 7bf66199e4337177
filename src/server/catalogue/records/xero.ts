/** Xero as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const xero: OAuthConnector = {
  id: 'xero',
  name: 'Xero',
  category: 'accounting',
  method: 'oauth2',
  issuer: 'https://identity.xero.com',
  authorize: {
    url: 'https://login.xero.com/identity/connect/authorize',
    // Apps made since March 2026 may not ask for accounting.transactions or accounting.reports.read.
    scope: {
      default: ['openid', 'profile', 'email', 'offline_access', 'accounting.contacts.read', 'accounting.settings.read'],
      optional: [
        'accounting.contacts',
        'accounting.settings',
        'accounting.invoices',
        'accounting.invoices.read',
        'accounting.payments',
        'accounting.payments.read',
        'accounting.banktransactions',
        'accounting.banktransactions.read',
        'accounting.attachments.read',
        'accounting.reports.profitandloss.read',
        'accounting.reports.balancesheet.read',
      ],
      untold: ['offline_access'],
    },
  },
  token: { url: 'https://identity.xero.com/connect/token' },
  refresh: { rotation: 'always' },
  revoke: { url: 'https://identity.xero.com/connect/revocation' },
  // A token reaches several organizations; this is the one that the answer names first.
  capture: { tenantId: { from: 'request', url: 'https://api.xero.com/connections', path: '0.tenantId' } },
  inject: { headers: { authorization: 'Bearer {accessToken}', 'xero-tenant-id': '{tenantId}' } },
  identity: { from: 'userinfo', url: 'https://api.xero.com/connections', id: '0.tenantId', name: '0.tenantName' },
  apiOrigins: ['https://api.xero.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.xero.com', headers: { accept: 'application/json' } } },
  monogram: 'X',
  clientPage: 'https://developer.xero.com/app/manage',
  checked: 'docs 2026-11-21',
  sources: [
    'https://developer.xero.com/documentation/guides/oauth2/auth-flow/',
    'https://developer.xero.com/documentation/guides/oauth2/scopes/',
  ],
}
