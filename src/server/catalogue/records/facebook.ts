/** Facebook as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const facebook: OAuthConnector = {
  id: 'facebook',
  name: 'Facebook',
  category: 'social',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://www.facebook.com/v25.0/dialog/oauth',
    scope: {
      separator: ',',
      default: ['public_profile', 'email'],
      optional: [
        'pages_show_list',
        'pages_read_engagement',
        'pages_manage_posts',
        'pages_manage_metadata',
        'business_management',
        'ads_read',
        'ads_management',
        'leads_retrieval',
        'instagram_basic',
        'instagram_content_publish',
      ],
      required: ['public_profile'],
    },
    force: { auth_type: 'reauthenticate' },
  },
  token: {
    // An expired or revoked token.
    errors: { dead: ['190'] },
    url: 'https://graph.facebook.com/v25.0/oauth/access_token',
    auth: 'client_secret_post',
  },
  // There are no refresh tokens: a token that still lives is exchanged for one of about 60 days. The margin makes that
  // happen at once for the first one, which lives for an hour or two.
  refresh: {
    rotation: 'never',
    grantType: 'fb_exchange_token',
    present: 'access_token',
    rename: { access_token: 'fb_exchange_token' },
    marginSeconds: 86_400,
  },
  revoke: {
    url: 'https://graph.facebook.com/v25.0/me/permissions',
    method: 'DELETE',
    body: 'none',
    auth: 'bearer',
    token: 'access',
  },
  identity: { from: 'userinfo', url: 'https://graph.facebook.com/v25.0/me?fields=id,name', id: 'id', name: 'name' },
  apiOrigins: ['https://graph.facebook.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://graph.facebook.com' } },
  monogram: 'f',
  clientPage: 'https://developers.facebook.com/apps/',
  checked: 'docs 2026-11-21',
  sources: [
    'https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow',
    'https://developers.facebook.com/docs/facebook-login/guides/access-tokens/get-long-lived',
  ],
}
