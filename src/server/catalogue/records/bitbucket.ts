/** Bitbucket as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const bitbucket: OAuthConnector = {
  id: 'bitbucket',
  name: 'Bitbucket',
  category: 'code',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://bitbucket.org/site/oauth2/authorize',
    scope: {
      default: ['account'],
      optional: [
        'email',
        'repository',
        'repository:write',
        'pullrequest',
        'pullrequest:write',
        'issue',
        'pipeline',
        'webhook',
      ],
      required: ['account'],
      implies: { 'repository:write': ['repository'], 'pullrequest:write': ['pullrequest'] },
    },
  },
  // Granted scopes stand in `scopes`.
  token: { url: 'https://bitbucket.org/site/oauth2/access_token', map: { scope: 'scopes' } },
  refresh: { rotation: 'never' },
  identity: { from: 'userinfo', url: 'https://api.bitbucket.org/2.0/user', id: 'uuid', name: 'display_name' },
  apiOrigins: ['https://api.bitbucket.org'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.bitbucket.org', paths: ['/2.0/'] } },
  monogram: 'BB',
  clientPage: 'https://support.atlassian.com/bitbucket-cloud/docs/use-oauth-on-bitbucket-cloud/',
  checked: 'docs 2026-11-21',
  sources: ['https://developer.atlassian.com/cloud/bitbucket/oauth-2/'],
}
