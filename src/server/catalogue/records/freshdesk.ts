/** Freshdesk as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const freshdesk: EnteredConnector = {
  id: 'freshdesk',
  name: 'Freshdesk',
  category: 'support',
  method: 'basic',
  inputs: [
    {
      name: 'subdomain',
      label: 'Freshdesk address',
      help: 'The part before .freshdesk.com in the address of your helpdesk.',
      format: 'subdomain',
      prefix: 'https://',
      suffix: '.freshdesk.com',
      placeholder: 'acme',
    },
    { name: 'username', label: 'API key', help: 'In your profile settings.', secret: true },
    // The key stands for the user name; any password does.
    { name: 'password', label: 'Password', hidden: true, optional: true, default: 'X' },
  ],
  verify: {
    url: 'https://{subdomain}.freshdesk.com/api/v2/agents/me',
    account: { id: 'id', name: 'contact.email' },
    message: ['message'],
  },
  apiOrigins: ['https://{subdomain}.freshdesk.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://{subdomain}.freshdesk.com', paths: ['/api/v2/'] } },
  monogram: 'FD',
  checked: 'docs 2026-11-21',
  sources: ['https://developers.freshdesk.com/api/#authentication'],
}
