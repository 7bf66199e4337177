/** Lever as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const lever: EnteredConnector = {
  id: 'lever',
  name: 'Lever',
  category: 'hr',
  method: 'basic',
  inputs: [
    {
      name: 'username',
      label: 'API key',
      help: 'Under Settings, Integrations and API, API Credentials.',
      secret: true,
    },
    // The key stands for the user name; the password is empty.
    { name: 'password', label: 'Password', hidden: true, optional: true, default: '' },
  ],
  // A good key that may not list users is answered with 403, a bad one with 401.
  verify: { url: 'https://api.lever.co/v1/users?limit=1', expect: { status: ['200', '403'] }, message: ['message'] },
  apiOrigins: ['https://api.lever.co'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.lever.co', paths: ['/v1/'] } },
  monogram: 'Le',
  clientPage: 'https://hire.lever.co/settings/integrations',
  checked: 'docs 2026-11-21',
  sources: ['https://hire.lever.co/developer/documentation'],
}
