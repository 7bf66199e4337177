/** Pipedrive as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const pipedrive: OAuthConnector = {
  id: 'pipedrive',
  name: 'Pipedrive',
  category: 'crm',
  method: 'oauth2',
  issuer: null,
  // The scopes are those of the app's registration: the request names none.
  authorize: { url: 'https://oauth.pipedrive.com/oauth/authorize', scope: { default: [] } },
  // Granted scopes are joined by commas.
  token: { url: 'https://oauth.pipedrive.com/oauth/token', scopeSeparator: ',' },
  refresh: { rotation: 'sometimes' },
  revoke: { url: 'https://oauth.pipedrive.com/oauth/revoke' },
  capture: {
    company: {
      from: 'token_response',
      path: 'api_domain',
      pattern: 'https://([a-z0-9.-]{1,200}\\.pipedrive\\.com)',
    },
  },
  // A token is for one company, of which a person may have several.
  identity: {
    from: 'userinfo',
    url: 'https://{company}/api/v1/users/me',
    id: 'data.company_id',
    name: 'data.company_name',
  },
  apiOrigins: ['https://{company}'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://{company}', paths: ['/api/', '/v1/'] } },
  monogram: 'PD',
  clientPage: 'https://app.pipedrive.com/developer-hub',
  checked: 'docs 2026-11-21',
  sources: ['https://pipedrive.readme.io/docs/marketplace-oauth-authorization'],
}
