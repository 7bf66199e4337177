/** Shopify as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const shopify: OAuthConnector = {
  id: 'shopify',
  name: 'Shopify',
  category: 'commerce',
  method: 'oauth2',
  inputs: [
    {
      name: 'shop',
      label: 'Store',
      help: 'The name before .myshopify.com, found in Shopify under Settings, Domains.',
      format: 'subdomain',
      prefix: 'https://',
      suffix: '.myshopify.com',
      placeholder: 'example',
    },
  ],
  issuer: null,
  authorize: {
    url: 'https://{shop}.myshopify.com/admin/oauth/authorize',
    scope: {
      separator: ',',
      default: ['read_products'],
      optional: [
        'write_products',
        'read_orders',
        'write_orders',
        'read_customers',
        'write_customers',
        'read_inventory',
        'write_inventory',
        'read_fulfillments',
        'write_fulfillments',
        'read_content',
      ],
      // The answer leaves out the reading scopes that a writing one contains.
      implies: {
        write_products: ['read_products'],
        write_orders: ['read_orders'],
        write_customers: ['read_customers'],
        write_inventory: ['read_inventory'],
        write_fulfillments: ['read_fulfillments'],
      },
    },
  },
  token: {
    url: 'https://{shop}.myshopify.com/admin/oauth/access_token',
    auth: 'client_secret_post',
    // Asks for a token that ends, with a refresh token; public apps may use no other.
    params: { expiring: '1' },
  },
  refresh: { rotation: 'always', omit: ['expiring'] },
  inject: { headers: { 'x-shopify-access-token': '{accessToken}' } },
  identity: {
    from: 'userinfo',
    url: 'https://{shop}.myshopify.com/admin/api/2026-07/graphql.json',
    method: 'POST',
    body: '{"query":"query { shop { id name } }"}',
    id: 'data.shop.id',
    name: 'data.shop.name',
  },
  apiOrigins: ['https://{shop}.myshopify.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://{shop}.myshopify.com', paths: ['/admin/api/'] } },
  monogram: 'Sh',
  clientPage: 'https://dev.shopify.com/dashboard',
  checked: 'docs 2026-11-21',
  sources: [
    'https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/authorization-code-grant',
    'https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/offline-access-tokens',
  ],
}
