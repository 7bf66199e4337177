/** Basecamp as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const basecamp: OAuthConnector = {
  id: 'basecamp',
  name: 'Basecamp',
  category: 'projects',
  method: 'oauth2',
  issuer: null,
  // An early draft of OAuth 2.0 lives on here: `type` says which flow it is, and there are no scopes.
  authorize: { url: 'https://launchpad.37signals.com/authorization/new', params: { type: 'web_server' } },
  token: {
    url: 'https://launchpad.37signals.com/authorization/token',
    auth: 'client_secret_post',
    params: { type: 'web_server' },
  },
  refresh: { rotation: 'never', params: { type: 'refresh' }, assumedLifetimeSeconds: 1_209_600 },
  capture: {
    // Every path of the API starts with the account's id. The list names accounts of older products too.
    account: {
      from: 'request',
      url: 'https://launchpad.37signals.com/authorization.json',
      path: 'accounts.0.href',
      pattern: 'https://3\\.basecampapi\\.com/(\\d+)',
      optional: true,
      expose: 'page',
    },
  },
  identity: {
    from: 'userinfo',
    url: 'https://launchpad.37signals.com/authorization.json',
    id: 'identity.id',
    name: 'identity.email_address',
  },
  apiOrigins: ['https://3.basecampapi.com'],
  reach: 'proxy',
  // A request that does not name its application is refused.
  proxy: { api: { origin: 'https://3.basecampapi.com', headers: { 'user-agent': 'connector-auth' } } },
  monogram: 'BC',
  clientPage: 'https://launchpad.37signals.com/integrations',
  checked: 'docs 2026-11-21',
  sources: [
    'https://github.com/basecamp/api/blob/master/sections/authentication.md',
    'https://github.com/basecamp/bc3-api',
  ],
}
