/** WooCommerce as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const woocommerce: EnteredConnector = {
  id: 'woocommerce',
  name: 'WooCommerce',
  category: 'commerce',
  method: 'basic',
  inputs: [
    {
      name: 'host',
      label: 'Store address',
      help: 'The host of the store; it must be reached by https.',
      format: 'hostname',
      prefix: 'https://',
      placeholder: 'shop.example.com',
    },
    { name: 'username', label: 'Consumer key', secret: true, placeholder: 'ck_…' },
    { name: 'password', label: 'Consumer secret', secret: true, placeholder: 'cs_…' },
  ],
  verify: { url: 'https://{host}/wp-json/wc/v3/products?per_page=1', message: ['message'] },
  apiOrigins: ['https://{host}'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://{host}', paths: ['/wp-json/wc/'] } },
  monogram: 'W',
  clientPage: 'https://woocommerce.com/document/woocommerce-rest-api/',
  checked: 'docs 2026-11-21',
  sources: ['https://woocommerce.github.io/woocommerce-rest-api-docs/'],
}
