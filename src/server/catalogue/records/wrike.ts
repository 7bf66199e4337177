/** Wrike as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const wrike: OAuthConnector = {
  id: 'wrike',
  name: 'Wrike',
  category: 'projects',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://login.wrike.com/oauth2/authorize/v4',
    scope: {
      separator: ',',
      default: ['wsReadOnly'],
      optional: [
        'wsReadWrite',
        'amReadOnlyUser',
        'amReadWriteUser',
        'amReadOnlyGroup',
        'amReadWriteGroup',
        'amReadOnlyWorkflow',
        'amReadWriteWorkflow',
        'amReadOnlyInvitation',
        'amReadWriteInvitation',
        'dataExportFull',
      ],
      implies: { wsReadWrite: ['wsReadOnly'] },
    },
  },
  token: { url: 'https://login.wrike.com/oauth2/token', auth: 'client_secret_post' },
  refresh: { rotation: 'always' },
  // Each data center has a host of its own, which the answer names.
  capture: { host: { from: 'token_response', path: 'host', pattern: '[a-z0-9-]+\\.wrike\\.com' } },
  identity: {
    from: 'userinfo',
    url: 'https://{host}/api/v4/contacts?me=true',
    id: 'data.0.id',
    name: 'data.0.primaryEmail',
  },
  apiOrigins: ['https://{host}'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://{host}', paths: ['/api/v4/'] } },
  monogram: 'W',
  clientPage: 'https://www.wrike.com/frontend/apps/index.html#/api',
  checked: 'docs 2026-11-21',
  sources: ['https://developers.wrike.com/oauth-20-authorization/'],
}
