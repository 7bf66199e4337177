/** Amplitude as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const amplitude: EnteredConnector = {
  id: 'amplitude',
  name: 'Amplitude',
  category: 'analytics',
  method: 'basic',
  inputs: [
    { name: 'username', label: 'API key', secret: true, help: 'In Amplitude: Organization settings, Projects.' },
    { name: 'password', label: 'Secret key', secret: true },
    {
      name: 'host',
      label: 'Data residency',
      optional: true,
      default: 'amplitude.com',
      enum: ['amplitude.com', 'analytics.eu.amplitude.com'],
    },
  ],
  verify: { url: 'https://{host}/api/2/events/list' },
  apiOrigins: ['https://{host}'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://{host}', paths: ['/api/'] } },
  monogram: 'Am',
  clientPage: 'https://app.amplitude.com/analytics/settings/projects',
  checked: 'docs 2026-11-21',
  sources: [
    'https://amplitude.com/docs/apis/analytics/dashboard-rest',
    'https://amplitude.com/docs/apis/authentication',
  ],
}
