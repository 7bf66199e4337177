/** Mixpanel as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const mixpanel: EnteredConnector = {
  id: 'mixpanel',
  name: 'Mixpanel',
  category: 'analytics',
  method: 'basic',
  inputs: [
    {
      name: 'username',
      label: 'Service account',
      help: 'In Mixpanel: Organization settings, Service accounts.',
      placeholder: 'example.1a2b3c.mp-service-account',
    },
    { name: 'password', label: 'Secret', secret: true },
    {
      name: 'host',
      label: 'Data residency',
      optional: true,
      default: 'mixpanel.com',
      enum: ['mixpanel.com', 'eu.mixpanel.com', 'in.mixpanel.com'],
    },
  ],
  verify: { url: 'https://{host}/api/app/me', message: ['error'] },
  apiOrigins: ['https://{host}'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://{host}', paths: ['/api/'] } },
  monogram: 'Mx',
  clientPage: 'https://mixpanel.com/settings/org/service-accounts',
  checked: 'docs 2026-11-21',
  sources: ['https://docs.mixpanel.com/reference/service-accounts'],
}
