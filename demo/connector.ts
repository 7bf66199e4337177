/** The demo's authorization server as a connector. */

import type { ConnectorRecord } from '../src/server/index.ts'

export function acme(issuer: string): ConnectorRecord {
  return {
    id: 'acme',
    name: 'Acme Cloud',
    category: 'files',
    method: 'oauth2',
    issuer,
    issuerRequired: true,
    authorize: {
      url: `${issuer}/auth`,
      params: { prompt: 'consent' },
      scope: {
        default: ['openid', 'email', 'profile', 'offline_access', 'files.read'],
        required: ['openid'],
        optional: ['files.write'],
      },
    },
    token: { url: `${issuer}/token` },
    refresh: { rotation: 'always' },
    revoke: { url: `${issuer}/token/revocation` },
    identity: { from: 'userinfo', url: `${issuer}/me`, id: 'sub', name: 'email' },
    apiOrigins: [issuer],
    reach: 'direct',
    proxy: { api: { origin: issuer, paths: ['/api/'] } },
    icon: { viewBox: '0 0 24 24', paths: [{ d: 'M12 3 3 20h5l4-8 4 8h5L12 3Z', fill: '#5b5bd6' }] },
    monogram: 'A',
    checked: 'live 2026-11-21',
    sources: [],
  }
}
