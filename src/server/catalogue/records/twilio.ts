/** Twilio as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const twilio: EnteredConnector = {
  id: 'twilio',
  name: 'Twilio',
  category: 'chat',
  method: 'basic',
  inputs: [
    {
      name: 'username',
      label: 'Account SID',
      help: 'On the first page of the Twilio Console.',
      pattern: 'AC[0-9a-f]{32}',
      placeholder: 'AC…',
      autocomplete: 'username',
    },
    { name: 'password', label: 'Auth token', help: 'Beside the Account SID.', secret: true },
  ],
  verify: {
    url: 'https://api.twilio.com/2010-04-01/Accounts/{username}.json',
    account: { id: 'sid', name: 'friendly_name' },
    message: ['message'],
  },
  apiOrigins: [
    'https://api.twilio.com',
    'https://messaging.twilio.com',
    'https://verify.twilio.com',
    'https://lookups.twilio.com',
  ],
  reach: 'proxy',
  proxy: {
    api: { origin: 'https://api.twilio.com', paths: ['/2010-04-01/'] },
    messaging: { origin: 'https://messaging.twilio.com', paths: ['/v1/'] },
    verify: { origin: 'https://verify.twilio.com', paths: ['/v2/'] },
    lookups: { origin: 'https://lookups.twilio.com', paths: ['/v2/'] },
  },
  monogram: 'Tw',
  clientPage: 'https://console.twilio.com/',
  checked: 'docs 2026-11-21',
  sources: ['https://www.twilio.com/docs/usage/requests-to-twilio', 'https://www.twilio.com/docs/iam/api/account'],
}
