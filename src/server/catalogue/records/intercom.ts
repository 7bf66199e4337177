/** Intercom as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const intercom: OAuthConnector = {
  id: 'intercom',
  name: 'Intercom',
  category: 'support',
  method: 'oauth2',
  issuer: null,
  inputs: [
    {
      name: 'region',
      label: 'Region',
      help: 'Where the workspace is hosted.',
      enum: ['intercom', 'eu.intercom', 'au.intercom'],
      labels: { intercom: 'United States', 'eu.intercom': 'Europe', 'au.intercom': 'Australia' },
      optional: true,
      default: 'intercom',
    },
  ],
  // Scopes are those of the app in the Developer Hub; the request names none.
  authorize: { url: 'https://app.{region}.com/oauth' },
  token: { url: 'https://api.{region}.io/auth/eagle/token', auth: 'client_secret_post' },
  // Tokens do not expire.
  refresh: { rotation: 'none' },
  // A teammate's id says nothing of the workspace, and the token is for one workspace.
  identity: {
    from: 'userinfo',
    url: 'https://api.{region}.io/me',
    headers: { accept: 'application/json' },
    id: 'app.id_code',
    name: 'app.name',
  },
  apiOrigins: ['https://api.{region}.io'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.{region}.io', headers: { accept: 'application/json' } } },
  monogram: 'I',
  clientPage: 'https://app.intercom.com/a/apps/_/developer-hub',
  checked: 'docs 2026-11-21',
  sources: ['https://developers.intercom.com/docs/build-an-integration/learn-more/authentication/setting-up-oauth'],
}
