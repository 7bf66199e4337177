/** Cloudflare as a connector. */

import type { EnteredConnector } from '../../../protocol/connector.ts'

export const cloudflare: EnteredConnector = {
  id: 'cloudflare',
  name: 'Cloudflare',
  category: 'infrastructure',
  method: 'bearer',
  inputs: [
    {
      name: 'token',
      label: 'API token',
      secret: true,
      help: 'A token of your user, not of an account, and not the global API key.',
    },
  ],
  // Knows tokens of a user only; those of an account are checked below that account.
  verify: { url: 'https://api.cloudflare.com/client/v4/user/tokens/verify', message: ['errors.0.message'] },
  apiOrigins: ['https://api.cloudflare.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.cloudflare.com', paths: ['/client/v4/'] } },
  monogram: 'CF',
  clientPage: 'https://dash.cloudflare.com/profile/api-tokens',
  checked: 'docs 2026-11-21',
  sources: ['https://developers.cloudflare.com/fundamentals/api/get-started/create-token/'],
}
