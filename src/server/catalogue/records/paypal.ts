/** PayPal as a connector. */

import type { ClientCredentialsConnector } from '../../../protocol/connector.ts'

export const paypal: ClientCredentialsConnector = {
  id: 'paypal',
  name: 'PayPal',
  category: 'payments',
  method: 'client_credentials',
  inputs: [
    { name: 'clientId', label: 'Client ID' },
    { name: 'clientSecret', label: 'Secret', secret: true },
    {
      name: 'host',
      label: 'Environment',
      help: 'A sandbox app has a client ID of its own.',
      optional: true,
      default: 'api-m.paypal.com',
      enum: ['api-m.paypal.com', 'api-m.sandbox.paypal.com'],
    },
  ],
  issuer: null,
  // Its documentation shows the id and the secret encoded as they stand.
  token: { url: 'https://{host}/v1/oauth2/token', rawBasic: true },
  apiOrigins: ['https://{host}'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://{host}', paths: ['/v1/', '/v2/'] } },
  monogram: 'PP',
  clientPage: 'https://developer.paypal.com/dashboard/applications/',
  checked: 'docs 2026-11-21',
  sources: ['https://developer.paypal.com/api/rest/authentication/'],
}
