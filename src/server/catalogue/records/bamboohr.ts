/** BambooHR as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const bamboohr: EnteredConnector = {
  id: 'bamboohr',
  name: 'BambooHR',
  category: 'hr',
  method: 'basic',
  inputs: [
    {
      name: 'subdomain',
      label: 'BambooHR address',
      help: 'The part before .bamboohr.com in the address of your BambooHR.',
      format: 'subdomain',
      prefix: 'https://',
      suffix: '.bamboohr.com',
      placeholder: 'acme',
    },
    { name: 'username', label: 'API key', help: 'In the menu under your name: API Keys.', secret: true },
    // The key stands for the user name; any password does.
    { name: 'password', label: 'Password', hidden: true, optional: true, default: 'x' },
  ],
  // XML is the answer otherwise.
  verify: { url: 'https://{subdomain}.bamboohr.com/api/v1/meta/fields', headers: { accept: 'application/json' } },
  apiOrigins: ['https://{subdomain}.bamboohr.com'],
  reach: 'proxy',
  proxy: {
    api: {
      origin: 'https://{subdomain}.bamboohr.com',
      paths: ['/api/v1/', '/api/v1_1/'],
      headers: { accept: 'application/json' },
    },
  },
  monogram: 'BH',
  checked: 'docs 2026-11-21',
  sources: ['https://documentation.bamboohr.com/docs/getting-started'],
}
