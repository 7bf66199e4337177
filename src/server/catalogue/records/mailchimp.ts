/** Mailchimp as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const mailchimp: OAuthConnector = {
  id: 'mailchimp',
  name: 'Mailchimp',
  category: 'marketing',
  method: 'oauth2',
  issuer: null,
  // Mailchimp knows no scopes.
  authorize: { url: 'https://login.mailchimp.com/oauth2/authorize', scope: { default: [] } },
  token: {
    url: 'https://login.mailchimp.com/oauth2/token',
    auth: 'client_secret_post',
    // Tokens never end, but the answer says `expires_in: 0`: it must not be read.
    map: { expiry: 'never' },
  },
  refresh: { rotation: 'none' },
  capture: {
    dataCenter: {
      from: 'request',
      url: 'https://login.mailchimp.com/oauth2/metadata',
      path: 'dc',
      pattern: '[a-z]{2,5}[0-9]{1,4}',
    },
  },
  identity: {
    from: 'userinfo',
    url: 'https://login.mailchimp.com/oauth2/metadata',
    id: 'user_id',
    name: 'accountname',
  },
  apiOrigins: ['https://{dataCenter}.api.mailchimp.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://{dataCenter}.api.mailchimp.com', paths: ['/3.0/'] } },
  monogram: 'MC',
  clientPage: 'https://admin.mailchimp.com/account/oauth2/',
  checked: 'docs 2026-11-21',
  sources: ['https://mailchimp.com/developer/marketing/guides/access-user-data-oauth-2/'],
}
