/** Mailgun as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const mailgun: EnteredConnector = {
  id: 'mailgun',
  name: 'Mailgun',
  category: 'mail',
  method: 'basic',
  inputs: [
    // The user name is the same for everybody.
    { name: 'username', label: 'User name', optional: true, default: 'api', help: 'Leave this as it is.' },
    { name: 'password', label: 'API key', secret: true, help: 'A key of the account, not of one domain.' },
    {
      name: 'host',
      label: 'Region',
      optional: true,
      default: 'api.mailgun.net',
      enum: ['api.mailgun.net', 'api.eu.mailgun.net'],
    },
  ],
  verify: { url: 'https://{host}/v4/domains?limit=1', message: ['message'] },
  apiOrigins: ['https://{host}'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://{host}' } },
  monogram: 'MG',
  clientPage: 'https://app.mailgun.com/settings/api_security',
  checked: 'docs 2026-11-21',
  sources: ['https://documentation.mailgun.com/docs/mailgun/api-reference/mg-auth'],
}
