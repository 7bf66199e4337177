/** PostHog as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const posthog: EnteredConnector = {
  id: 'posthog',
  name: 'PostHog',
  category: 'analytics',
  method: 'bearer',
  inputs: [
    { name: 'token', label: 'Personal API key', secret: true, placeholder: 'phx_…' },
    {
      name: 'host',
      label: 'Host',
      help: 'us.posthog.com, eu.posthog.com, or the host of your own installation.',
      optional: true,
      default: 'us.posthog.com',
      format: 'hostname',
      prefix: 'https://',
    },
  ],
  verify: {
    url: 'https://{host}/api/users/@me/',
    // 403: a key that is right, but has no user:read scope. A wrong key gets 401.
    expect: { status: ['200', '403'] },
    account: { id: 'uuid', name: 'email' },
    message: ['detail'],
  },
  apiOrigins: ['https://{host}'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://{host}', paths: ['/api/'] } },
  monogram: 'PH',
  clientPage: 'https://us.posthog.com/settings/user-api-keys',
  checked: 'docs 2026-11-21',
  sources: ['https://posthog.com/docs/api'],
}
