/** SendGrid as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const sendgrid: EnteredConnector = {
  id: 'sendgrid',
  name: 'SendGrid',
  category: 'mail',
  method: 'bearer',
  inputs: [
    { name: 'token', label: 'API key', secret: true, placeholder: 'SG.…' },
    {
      name: 'host',
      label: 'Region',
      help: 'The European host serves regional subusers only.',
      optional: true,
      default: 'api.sendgrid.com',
      enum: ['api.sendgrid.com', 'api.eu.sendgrid.com'],
    },
  ],
  // Every key may ask what it may do.
  verify: { url: 'https://{host}/v3/scopes', message: ['errors.0.message'] },
  apiOrigins: ['https://{host}'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://{host}', paths: ['/v3/'] } },
  monogram: 'SG',
  clientPage: 'https://app.sendgrid.com/settings/api_keys',
  checked: 'docs 2026-11-21',
  sources: ['https://www.twilio.com/docs/sendgrid/for-developers/sending-email/authentication'],
}
