/** Salesforce as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const salesforce: OAuthConnector = {
  id: 'salesforce',
  name: 'Salesforce',
  category: 'crm',
  method: 'oauth2',
  inputs: [
    {
      name: 'domain',
      label: 'Sign-in domain',
      help: 'login for production, test for a sandbox, or your My Domain, such as example.my.',
      optional: true,
      default: 'login',
      pattern: 'login|test|[a-z0-9.\\-]{1,200}\\.my',
      prefix: 'https://',
      suffix: '.salesforce.com',
    },
  ],
  // The ID Token names login.salesforce.com or the My Domain, depending on the organization.
  issuer: null,
  authorize: {
    url: 'https://{domain}.salesforce.com/services/oauth2/authorize',
    scope: {
      default: ['api', 'refresh_token', 'openid', 'id'],
      optional: ['full', 'web', 'chatter_api', 'custom_permissions', 'wave_api'],
      required: ['openid', 'id'],
    },
  },
  token: { url: 'https://{domain}.salesforce.com/services/oauth2/token', auth: 'client_secret_post' },
  // The answer has no expires_in: a session lasts two hours unless the organization says otherwise.
  refresh: { rotation: 'sometimes', assumedLifetimeSeconds: 7_200 },
  revoke: { url: 'https://{domain}.salesforce.com/services/oauth2/revoke', auth: 'none' },
  capture: {
    instance: {
      from: 'token_response',
      path: 'instance_url',
      pattern: 'https://([a-z0-9.-]{1,200}\\.salesforce\\.com)',
    },
  },
  identity: {
    from: 'userinfo',
    url: 'https://{instance}/services/oauth2/userinfo',
    id: 'user_id',
    name: 'preferred_username',
  },
  apiOrigins: ['https://{instance}'],
  // Each organization lists the origins that may call it across sites.
  reach: 'proxy',
  proxy: { api: { origin: 'https://{instance}', paths: ['/services/'] } },
  monogram: 'SF',
  clientPage: 'https://help.salesforce.com/s/articleView?id=sf.connected_app_create.htm',
  checked: 'docs 2026-11-21',
  sources: ['https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_web_server_flow.htm'],
}
