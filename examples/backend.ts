/** The backend of every example. It connects one service: the authorization server of this repository's demo.
 *
 * Your app takes a record that exists, `import { catalogue } from 'connector-auth/server'` and `catalogue.google`, or writes
 * one of its own, as here: docs/connector-records.md.
 */

import { type ConnectorRecord, createBackend, createMint, sqliteStore } from 'connector-auth/server'

const { PORT, ISSUER: issuer = '', CLIENT_ID = '', CLIENT_SECRET = '', STORE } = process.env

export const port = Number(PORT ?? 4100)

const acme: ConnectorRecord = {
  id: 'acme',
  name: 'Acme Cloud',
  category: 'files',
  method: 'oauth2',
  issuer,
  authorize: {
    url: `${issuer}/auth`,
    params: { prompt: 'consent' },
    scope: { default: ['openid', 'email', 'profile', 'offline_access', 'files.read'], required: ['openid'] },
  },
  token: { url: `${issuer}/token` },
  refresh: { rotation: 'always' },
  identity: { from: 'userinfo', url: `${issuer}/me`, id: 'sub', name: 'email' },
  apiOrigins: [issuer],
  reach: 'direct',
  monogram: 'A',
  checked: 'live 2026-11-21',
  sources: [],
}

export const backend = createBackend({
  publicUrl: `http://localhost:${port}/connector-auth`,
  // Plain http on this computer. Elsewhere: `sealingKeys` and https.
  dev: true,
  store: sqliteStore(STORE ?? 'connector-auth.sqlite'),
  connectors: [acme],
  clients: { acme: { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET } },
  egress: { allow: [issuer] },
})
await backend.ready()

export const mintConnectToken = createMint({ backend })
