/** GitLab as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const gitlab: OAuthConnector = {
  id: 'gitlab',
  name: 'GitLab',
  category: 'code',
  method: 'oauth2',
  issuer: 'https://gitlab.com',
  authorize: {
    url: 'https://gitlab.com/oauth/authorize',
    scope: {
      default: ['read_user'],
      optional: ['api', 'read_api', 'read_repository', 'write_repository', 'openid', 'profile', 'email'],
      required: ['read_user'],
    },
  },
  token: { url: 'https://gitlab.com/oauth/token', auth: 'client_secret_post' },
  refresh: { rotation: 'always' },
  revoke: { url: 'https://gitlab.com/oauth/revoke' },
  identity: { from: 'userinfo', url: 'https://gitlab.com/api/v4/user', id: 'id', name: 'username' },
  apiOrigins: ['https://gitlab.com'],
  reach: 'direct',
  proxy: { api: { origin: 'https://gitlab.com', paths: ['/api/'] } },
  monogram: 'GL',
  clientPage: 'https://gitlab.com/-/user_settings/applications',
  checked: 'docs 2026-11-21',
  sources: ['https://docs.gitlab.com/api/oauth2/', 'https://docs.gitlab.com/integration/oauth_provider/'],
}
