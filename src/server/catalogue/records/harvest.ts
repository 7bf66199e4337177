/** Harvest as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const harvest: OAuthConnector = {
  id: 'harvest',
  name: 'Harvest',
  category: 'productivity',
  method: 'oauth2',
  issuer: null,
  // The products and accounts are those of the app's registration and the person's choice: the request names none.
  authorize: { url: 'https://id.getharvest.com/oauth2/authorize', scope: { default: [] } },
  token: {
    url: 'https://id.getharvest.com/api/v2/oauth2/token',
    auth: 'client_secret_post',
    // Harvest refuses calls without a User-Agent that names the application.
    headers: { 'user-agent': 'connector-auth' },
  },
  refresh: { rotation: 'sometimes' },
  // Every call names the account besides the token: the first that the token reaches.
  capture: {
    accountId: {
      from: 'request',
      url: 'https://id.getharvest.com/api/v2/accounts',
      path: 'accounts.0.id',
      pattern: '\\d+',
    },
  },
  inject: { headers: { authorization: 'Bearer {accessToken}', 'harvest-account-id': '{accountId}' } },
  identity: {
    from: 'userinfo',
    url: 'https://id.getharvest.com/api/v2/accounts',
    headers: { 'user-agent': 'connector-auth' },
    id: 'accounts.0.id',
    name: 'accounts.0.name',
  },
  apiOrigins: ['https://api.harvestapp.com'],
  reach: 'proxy',
  proxy: {
    api: { origin: 'https://api.harvestapp.com', paths: ['/v2/'], headers: { 'user-agent': 'connector-auth' } },
  },
  monogram: 'H',
  clientPage: 'https://id.getharvest.com/developers',
  checked: 'docs 2026-11-21',
  sources: ['https://help.getharvest.com/api-v2/authentication-api/authentication/authentication/'],
}
