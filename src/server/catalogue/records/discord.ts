/** Discord as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const discord: OAuthConnector = {
  id: 'discord',
  name: 'Discord',
  category: 'chat',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://discord.com/oauth2/authorize',
    scope: {
      default: ['identify', 'email'],
      optional: ['guilds', 'guilds.join', 'guilds.members.read', 'connections', 'role_connections.write'],
      required: ['identify'],
    },
    // Discord has no prompt=login.
    force: { prompt: 'consent' },
  },
  token: { url: 'https://discord.com/api/oauth2/token' },
  refresh: { rotation: 'always' },
  revoke: { url: 'https://discord.com/api/oauth2/token/revoke' },
  identity: { from: 'userinfo', url: 'https://discord.com/api/v10/users/@me', id: 'id', name: 'username' },
  apiOrigins: ['https://discord.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://discord.com', paths: ['/api/v10/'] } },
  monogram: 'DC',
  clientPage: 'https://discord.com/developers/applications',
  checked: 'docs 2026-11-21',
  sources: ['https://discord.com/developers/docs/topics/oauth2'],
}
