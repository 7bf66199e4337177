/** Jira as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const jira: OAuthConnector = {
  id: 'jira',
  name: 'Jira',
  category: 'issues',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://auth.atlassian.com/authorize',
    params: { audience: 'api.atlassian.com', prompt: 'consent' },
    scope: {
      default: ['read:me', 'read:jira-work', 'read:jira-user', 'offline_access'],
      optional: ['write:jira-work', 'manage:jira-project', 'manage:jira-configuration', 'manage:jira-webhook'],
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
      paths: ['/ex/jira/{cloudId}/', '/oauth/token/accessible-resources', '/me'],
    },
  },
  monogram: 'J',
  clientPage: 'https://developer.atlassian.com/console/myapps/',
  checked: 'docs 2026-11-21',
  sources: ['https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/'],
}
