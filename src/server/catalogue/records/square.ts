/** Square as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const square: OAuthConnector = {
  id: 'square',
  name: 'Square',
  category: 'payments',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://connect.squareup.com/oauth2/authorize',
    // In production the merchant must sign in, whatever session is open.
    params: { session: 'false' },
    scope: {
      default: ['MERCHANT_PROFILE_READ'],
      optional: [
        'PAYMENTS_READ',
        'PAYMENTS_WRITE',
        'ORDERS_READ',
        'ORDERS_WRITE',
        'CUSTOMERS_READ',
        'CUSTOMERS_WRITE',
        'ITEMS_READ',
        'ITEMS_WRITE',
        'INVENTORY_READ',
        'INVOICES_READ',
      ],
      required: ['MERCHANT_PROFILE_READ'],
    },
    // PKCE is a flow of its own there: for clients without a secret, with refresh tokens that end after 90 days.
    pkce: false,
  },
  token: {
    url: 'https://connect.squareup.com/oauth2/token',
    body: 'json',
    auth: 'client_secret_post',
    map: { expiry: { path: 'expires_at', absolute: true } },
  },
  refresh: { rotation: 'never' },
  identity: {
    from: 'userinfo',
    url: 'https://connect.squareup.com/v2/merchants/me',
    id: 'merchant.id',
    name: 'merchant.business_name',
  },
  apiOrigins: ['https://connect.squareup.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://connect.squareup.com', paths: ['/v2/'] } },
  monogram: 'Sq',
  clientPage: 'https://developer.squareup.com/apps',
  checked: 'docs 2026-11-21',
  sources: [
    'https://developer.squareup.com/docs/oauth-api/overview',
    'https://developer.squareup.com/docs/oauth-api/receive-and-manage-tokens',
  ],
}
