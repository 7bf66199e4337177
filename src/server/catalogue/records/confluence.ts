/** Confluence as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const confluence: OAuthConnector = {
  id: 'confluence',
  name: 'Confluence',
  category: 'productivity',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://auth.atlassian.com/authorize',
    params: { audience: 'api.atlassian.com', prompt: 'consent' },
    scope: {
      default: [
        'read:me',
        'read:confluence-content.all',
        'read:confluence-space.summary',
        'search:confluence',
        'offline_access',
      ],
      optional: [
        'read:confluence-content.summary',
        'read:confluence-user',
        'write:confluence-content',
        'write:confluence-space',
        'write:confluence-file',
        'readonly:content.attachment:confluence',
        'read:page:confluence',
        'write:page:confluence',
        'read:space:confluence',
      ],
      // The account could not be named without the first, nor the token renewed without the second.
      required: ['read:me', 'offline_access'],
      untold: ['offline_access'],
    },
    // Atlassian has no prompt=login.
    force: { prompt: 'consent' },
  },
  token: { url: 'https://auth.atlassian.com/oauth/token', body: 'json', auth: 'client_secret_post' },
  refresh: { rotation: 'always' },
  capture: {
    // Every path of the API starts with the site's id. A person who may reach several sites gets the first one.
    cloudId: {
      from: 'request',
      url: 'https://api.atlassian.com/oauth/token/accessible-resources',
      path: '0.id',
      pattern: '[0-9a-f-]{36}',
      expose: 'page',
    },
  },
  identity: { from: 'userinfo', url: 'https://api.atlassian.com/me', id: 'account_id', name: 'email' },
  apiOrigins: ['https://api.atlassian.com'],
  reach: 'proxy',
  proxy: {
    api: {
      origin: 'https://api.atlassian.com',
      paths: ['/ex/confluence/{cloudId}/', '/oauth/token/accessible-resources', '/me'],
    },
  },
  monogram: 'C',
  clientPage: 'https://developer.atlassian.com/console/myapps/',
  checked: 'docs 2026-11-21',
  sources: ['https://developer.atlassian.com/cloud/confluence/oauth-2-3lo-apps/'],
}
