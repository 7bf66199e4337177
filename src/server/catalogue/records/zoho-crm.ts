/** Zoho CRM as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const zohoCrm: OAuthConnector = {
  id: 'zoho-crm',
  name: 'Zoho CRM',
  category: 'crm',
  method: 'oauth2',
  issuer: null,
  authorize: {
    // Sends the person on to the data centre of their account, which the callback then names.
    url: 'https://accounts.zoho.com/oauth/v2/auth',
    // A refresh token comes with offline access and, after the first consent, only if consent is asked again.
    params: { access_type: 'offline', prompt: 'consent' },
    scope: {
      separator: ',',
      default: ['ZohoCRM.org.READ', 'ZohoCRM.modules.READ'],
      optional: [
        'ZohoCRM.modules.ALL',
        'ZohoCRM.settings.READ',
        'ZohoCRM.settings.ALL',
        'ZohoCRM.users.READ',
        'ZohoCRM.coql.READ',
        'ZohoCRM.bulk.READ',
      ],
      required: ['ZohoCRM.org.READ'],
    },
    // Zoho has no prompt=login.
    force: { prompt: 'consent' },
  },
  // Errors come with status 200, in `error`; too many requests in a row are answered with `Access Denied`.
  token: {
    url: 'https://{accountsServer}/oauth/v2/token',
    auth: 'client_secret_post',
    errors: { dead: ['invalid_code'], busy: ['Access Denied'] },
  },
  refresh: { rotation: 'never' },
  revoke: { url: 'https://{accountsServer}/oauth/v2/token/revoke', body: 'query', auth: 'none' },
  capture: {
    accountsServer: {
      from: 'callback',
      path: 'accounts-server',
      pattern: 'https://(accounts\\.zoho(?:cloud)?\\.(?:com|eu|in|jp|sa|uk|ca|ae|au|com\\.au|com\\.cn))',
    },
    apiDomain: {
      from: 'token_response',
      path: 'api_domain',
      pattern: 'https://((?:www|sandbox|developer)\\.zohoapis\\.(?:com|eu|in|jp|sa|uk|ca|ae|au|com\\.au|com\\.cn))',
    },
  },
  inject: { headers: { authorization: 'Zoho-oauthtoken {accessToken}' } },
  identity: { from: 'userinfo', url: 'https://{apiDomain}/crm/v8/org', id: 'org.0.id', name: 'org.0.company_name' },
  apiOrigins: ['https://{apiDomain}'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://{apiDomain}', paths: ['/crm/'] } },
  monogram: 'Z',
  clientPage: 'https://api-console.zoho.com/',
  checked: 'docs 2026-11-21',
  sources: [
    'https://www.zoho.com/crm/developer/docs/api/v8/auth-request.html',
    'https://www.zoho.com/crm/developer/docs/api/v8/multi-dc.html',
  ],
}
