/** Figma as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const figma: OAuthConnector = {
  id: 'figma',
  name: 'Figma',
  category: 'design',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://www.figma.com/oauth',
    scope: {
      default: ['current_user:read', 'file_content:read', 'file_metadata:read'],
      optional: [
        'file_comments:read',
        'file_comments:write',
        'file_versions:read',
        'file_dev_resources:read',
        'file_dev_resources:write',
        'library_assets:read',
        'library_content:read',
        'team_library_content:read',
        'webhooks:read',
        'webhooks:write',
        'projects:read',
      ],
      // The account could not be named otherwise.
      required: ['current_user:read'],
    },
  },
  token: { url: 'https://api.figma.com/v1/oauth/token' },
  refresh: { url: 'https://api.figma.com/v1/oauth/refresh', rotation: 'never' },
  identity: { from: 'userinfo', url: 'https://api.figma.com/v1/me', id: 'id', name: 'email' },
  apiOrigins: ['https://api.figma.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.figma.com', paths: ['/v1/', '/v2/'] } },
  monogram: 'F',
  clientPage: 'https://www.figma.com/developers/apps',
  checked: 'docs 2026-11-21',
  sources: [
    'https://developers.figma.com/docs/rest-api/oauth-apps/',
    'https://developers.figma.com/docs/rest-api/scopes/',
  ],
}
