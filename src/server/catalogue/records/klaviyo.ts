/** Klaviyo as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const klaviyo: EnteredConnector = {
  id: 'klaviyo',
  name: 'Klaviyo',
  category: 'marketing',
  method: 'api_key',
  inputs: [
    {
      name: 'apiKey',
      label: 'Private API key',
      secret: true,
      help: 'It needs read access to accounts.',
      placeholder: 'pk_…',
    },
  ],
  inject: { headers: { authorization: 'Klaviyo-API-Key {apiKey}' } },
  verify: {
    url: 'https://a.klaviyo.com/api/accounts',
    headers: { revision: '2026-07-15', accept: 'application/vnd.api+json' },
    account: { id: 'data.0.id', name: 'data.0.attributes.contact_information.organization_name' },
    message: ['errors.0.detail'],
  },
  apiOrigins: ['https://a.klaviyo.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://a.klaviyo.com', paths: ['/api/'], headers: { revision: '2026-07-15' } } },
  monogram: 'K',
  clientPage: 'https://www.klaviyo.com/settings/account/api-keys',
  checked: 'docs 2026-11-21',
  sources: [
    'https://developers.klaviyo.com/en/docs/authenticate_',
    'https://developers.klaviyo.com/en/docs/api_versioning_and_deprecation_policy',
  ],
}
