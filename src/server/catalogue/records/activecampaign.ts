/** ActiveCampaign as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const activecampaign: EnteredConnector = {
  id: 'activecampaign',
  name: 'ActiveCampaign',
  category: 'marketing',
  method: 'api_key',
  inputs: [
    {
      name: 'host',
      label: 'API address',
      help: 'In ActiveCampaign: Settings, Developer.',
      pattern: '[a-z0-9\\-]+\\.(?:api-us1|activehosted)\\.com',
      prefix: 'https://',
      placeholder: 'example.api-us1.com',
    },
    { name: 'apiKey', label: 'API key', secret: true },
  ],
  inject: { headers: { 'api-token': '{apiKey}' } },
  verify: { url: 'https://{host}/api/3/users/me', message: ['message'] },
  apiOrigins: ['https://{host}'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://{host}', paths: ['/api/3/'] } },
  monogram: 'AC',
  clientPage: 'https://help.activecampaign.com/hc/en-us/articles/207317590-Getting-started-with-the-API',
  checked: 'docs 2026-11-21',
  sources: ['https://developers.activecampaign.com/reference/authentication'],
}
