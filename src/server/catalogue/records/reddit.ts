/** Reddit as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const reddit: OAuthConnector = {
  id: 'reddit',
  name: 'Reddit',
  category: 'social',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://www.reddit.com/api/v1/authorize',
    params: { duration: 'permanent' },
    scope: {
      default: ['identity'],
      optional: [
        'read',
        'history',
        'mysubreddits',
        'submit',
        'edit',
        'vote',
        'save',
        'subscribe',
        'flair',
        'privatemessages',
      ],
      required: ['identity'],
    },
  },
  // Calls with a general User-Agent are throttled. Client ids may have a dash or an underscore, never encoded there.
  token: {
    url: 'https://www.reddit.com/api/v1/access_token',
    rawBasic: true,
    // A dead refresh token is answered with its status for an error code.
    errors: { dead: ['400'] },
    headers: { 'user-agent': 'server:connector-auth:1' },
  },
  refresh: { rotation: 'never' },
  revoke: {
    url: 'https://www.reddit.com/api/v1/revoke_token',
    headers: { 'user-agent': 'server:connector-auth:1' },
  },
  identity: {
    from: 'userinfo',
    url: 'https://oauth.reddit.com/api/v1/me',
    headers: { 'user-agent': 'server:connector-auth:1' },
    id: 'id',
    name: 'name',
  },
  apiOrigins: ['https://oauth.reddit.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://oauth.reddit.com', headers: { 'user-agent': 'server:connector-auth:1' } } },
  monogram: 'R',
  clientPage: 'https://www.reddit.com/prefs/apps',
  checked: 'docs 2026-11-21',
  sources: ['https://github.com/reddit-archive/reddit/wiki/OAuth2'],
}
