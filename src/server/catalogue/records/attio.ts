/** Attio as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const attio: OAuthConnector = {
  id: 'attio',
  name: 'Attio',
  category: 'crm',
  method: 'oauth2',
  issuer: null,
  // The scopes are those of the app's registration: the request names none.
  authorize: { url: 'https://app.attio.com/authorize', scope: { default: [] } },
  token: { url: 'https://app.attio.com/oauth/token', auth: 'client_secret_post' },
  refresh: { rotation: 'none' },
  // A token is for one workspace.
  identity: { from: 'userinfo', url: 'https://api.attio.com/v2/self', id: 'workspace_id', name: 'workspace_name' },
  apiOrigins: ['https://api.attio.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.attio.com', paths: ['/v2/'] } },
  monogram: 'At',
  clientPage: 'https://build.attio.com/',
  checked: 'docs 2026-11-21',
  sources: ['https://docs.attio.com/docs/oauth/token', 'https://docs.attio.com/rest-api/guides/authentication'],
}
