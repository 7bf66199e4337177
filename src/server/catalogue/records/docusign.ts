/** Docusign as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const docusign: OAuthConnector = {
  id: 'docusign',
  name: 'Docusign',
  category: 'productivity',
  method: 'oauth2',
  issuer: null,
  inputs: [
    {
      name: 'environment',
      label: 'Environment',
      enum: ['account', 'account-d'],
      labels: { account: 'Live', 'account-d': 'Developer' },
      optional: true,
      default: 'account',
    },
  ],
  authorize: {
    url: 'https://{environment}.docusign.com/oauth/auth',
    scope: {
      // With `extended` each refresh starts the refresh token's life anew.
      default: ['signature', 'extended'],
      optional: ['impersonation', 'click.manage', 'click.send', 'organization_read', 'user_read'],
      untold: ['extended'],
    },
  },
  token: { url: 'https://{environment}.docusign.com/oauth/token' },
  refresh: { rotation: 'sometimes' },
  capture: {
    // Each account lives on a host of its own. A person with several accounts gets the first one.
    apiHost: {
      from: 'request',
      url: 'https://{environment}.docusign.com/oauth/userinfo',
      path: 'accounts.0.base_uri',
      pattern: 'https://([a-z0-9-]+\\.docusign\\.(?:net|com))',
    },
    accountId: {
      from: 'request',
      url: 'https://{environment}.docusign.com/oauth/userinfo',
      path: 'accounts.0.account_id',
      expose: 'page',
    },
  },
  identity: { from: 'userinfo', url: 'https://{environment}.docusign.com/oauth/userinfo', id: 'sub', name: 'email' },
  apiOrigins: ['https://{apiHost}'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://{apiHost}', paths: ['/restapi/v2.1/accounts/{accountId}/'] } },
  monogram: 'DS',
  clientPage: 'https://apps-d.docusign.com/admin/apps-and-keys',
  checked: 'docs 2026-11-21',
  sources: [
    'https://developers.docusign.com/platform/auth/authcode/authcode-get-token/',
    'https://developers.docusign.com/platform/auth/reference/user-info/',
  ],
}
