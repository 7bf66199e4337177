/** DigitalOcean as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const digitalocean: OAuthConnector = {
  id: 'digitalocean',
  name: 'DigitalOcean',
  category: 'infrastructure',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://cloud.digitalocean.com/v1/oauth/authorize',
    scope: { default: ['read'], optional: ['write'] },
  },
  token: { url: 'https://cloud.digitalocean.com/v1/oauth/token', auth: 'client_secret_post' },
  refresh: { rotation: 'always' },
  revoke: { url: 'https://cloud.digitalocean.com/v1/oauth/revoke', auth: 'bearer', token: 'access' },
  // A token is for one team.
  identity: {
    from: 'userinfo',
    url: 'https://api.digitalocean.com/v2/account',
    id: 'account.team.uuid',
    name: 'account.team.name',
  },
  apiOrigins: ['https://api.digitalocean.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.digitalocean.com', paths: ['/v2/'] } },
  monogram: 'DO',
  clientPage: 'https://cloud.digitalocean.com/account/api/applications',
  checked: 'docs 2026-11-21',
  sources: ['https://docs.digitalocean.com/reference/api/oauth/'],
}
