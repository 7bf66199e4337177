/** LinkedIn as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const linkedin: OAuthConnector = {
  id: 'linkedin',
  name: 'LinkedIn',
  category: 'social',
  method: 'oauth2',
  issuer: 'https://www.linkedin.com/oauth',
  authorize: {
    url: 'https://www.linkedin.com/oauth/v2/authorization',
    scope: {
      default: ['openid', 'profile', 'email'],
      optional: [
        'w_member_social',
        'r_organization_social',
        'w_organization_social',
        'rw_organization_admin',
        'r_ads',
        'rw_ads',
        'r_ads_reporting',
      ],
      required: ['openid', 'profile'],
    },
    // PKCE is for native apps at another endpoint; here the token endpoint refuses a verifier.
    pkce: false,
  },
  // Granted scopes are joined by commas, asked ones by spaces.
  token: {
    url: 'https://www.linkedin.com/oauth/v2/accessToken',
    auth: 'client_secret_post',
    scopeSeparator: ',',
  },
  // Refresh tokens are for approved partners; the others get a token for 60 days.
  refresh: { rotation: 'never' },
  identity: { from: 'userinfo', url: 'https://api.linkedin.com/v2/userinfo', id: 'sub', name: 'name' },
  apiOrigins: ['https://api.linkedin.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.linkedin.com', paths: ['/v2/', '/rest/'] } },
  monogram: 'in',
  clientPage: 'https://www.linkedin.com/developers/apps',
  checked: 'docs 2026-11-21',
  sources: [
    'https://learn.microsoft.com/en-us/linkedin/shared/authentication/authorization-code-flow',
    'https://learn.microsoft.com/en-us/linkedin/shared/authentication/programmatic-refresh-tokens',
    'https://learn.microsoft.com/en-us/linkedin/consumer/integrations/self-serve/sign-in-with-linkedin-v2',
  ],
}
