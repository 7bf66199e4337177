/** The app's backend. It connects one service: the authorization server of this repository's demo.
 *
 * Your app takes `catalogue.google` and its like from 'connector-auth/server', or a record of its own.
 */

import { type Backend, type ConnectorRecord, createBackend, createMint, sqliteStore } from 'connector-auth/server'

const { PORT = '3000', ISSUER: issuer = '', CLIENT_ID = '', CLIENT_SECRET = '', STORE } = process.env

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

let started: Backend | undefined

/** One backend for all routes of the process, made at the first request: a build opens no store. */
export function backend(): Backend {
  started ??= createBackend({
    publicUrl: `http://localhost:${PORT}/connector-auth`,
    // Plain http on this computer. Elsewhere: `sealingKeys` and https.
    dev: true,
    store: sqliteStore(STORE ?? 'connector-auth.sqlite'),
    connectors: [acme],
    clients: { acme: { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET } },
    egress: { allow: [issuer] },
  })
  return started
}

export const mintConnectToken = (request: Request, subject: string): Promise<Response> =>
  createMint({ backend: backend() })(request, { subject })
