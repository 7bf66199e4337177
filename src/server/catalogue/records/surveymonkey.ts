/** SurveyMonkey as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const surveymonkey: OAuthConnector = {
  id: 'surveymonkey',
  name: 'SurveyMonkey',
  category: 'forms',
  method: 'oauth2',
  issuer: null,
  authorize: {
    url: 'https://api.surveymonkey.com/oauth/authorize',
    scope: {
      default: ['users_read', 'surveys_read', 'responses_read'],
      optional: [
        'surveys_write',
        'responses_read_detail',
        'responses_write',
        'collectors_read',
        'collectors_write',
        'contacts_read',
        'contacts_write',
        'webhooks_read',
        'webhooks_write',
      ],
      // The account could not be named otherwise.
      required: ['users_read'],
    },
  },
  token: { url: 'https://api.surveymonkey.com/oauth/token', auth: 'client_secret_post' },
  // Tokens do not expire.
  refresh: { rotation: 'none' },
  // Each data center has a host of its own, which the answer names; another one refuses the token.
  capture: {
    host: {
      from: 'token_response',
      path: 'access_url',
      pattern: 'https://(api(?:\\.eu)?\\.surveymonkey\\.(?:com|ca))/?',
    },
  },
  identity: { from: 'userinfo', url: 'https://{host}/v3/users/me', id: 'id', name: 'email' },
  apiOrigins: ['https://{host}'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://{host}', paths: ['/v3/'] } },
  monogram: 'SM',
  clientPage: 'https://developer.surveymonkey.com/apps/',
  checked: 'docs 2026-11-21',
  sources: ['https://api.surveymonkey.com/v3/docs', 'https://github.com/SurveyMonkey/public_api_docs'],
}
