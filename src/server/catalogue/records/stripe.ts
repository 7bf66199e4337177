/** Stripe as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const stripe: EnteredConnector = {
  id: 'stripe',
  name: 'Stripe',
  category: 'payments',
  method: 'bearer',
  inputs: [
    {
      name: 'token',
      label: 'Secret key',
      secret: true,
      help: 'A secret or restricted key. A restricted one does less harm in wrong hands.',
      placeholder: 'rk_live_…',
    },
  ],
  verify: {
    url: 'https://api.stripe.com/v1/account',
    // 403: a restricted key that is right, but may not read the account. A wrong key gets 401.
    expect: { status: ['200', '403'] },
    account: { id: 'id', name: 'settings.dashboard.display_name' },
    message: ['error.message'],
  },
  apiOrigins: ['https://api.stripe.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.stripe.com', paths: ['/v1/', '/v2/'] } },
  monogram: 'St',
  clientPage: 'https://dashboard.stripe.com/apikeys',
  checked: 'docs 2026-11-21',
  sources: ['https://docs.stripe.com/api/authentication', 'https://docs.stripe.com/keys'],
}
