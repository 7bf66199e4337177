/** Snowflake as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const snowflake: OAuthConnector = {
  id: 'snowflake',
  name: 'Snowflake',
  category: 'data',
  method: 'oauth2',
  inputs: [
    {
      name: 'account',
      label: 'Account identifier',
      help: 'What stands before .snowflakecomputing.com in the address of the account.',
      pattern: '[a-z0-9.\\-]{1,200}',
      prefix: 'https://',
      suffix: '.snowflakecomputing.com',
      placeholder: 'example-prod',
    },
  ],
  issuer: null,
  authorize: {
    url: 'https://{account}.snowflakecomputing.com/oauth/authorize',
    // Further scopes name a role: session:role:ANALYST.
    scope: { default: ['refresh_token'], untold: ['refresh_token'] },
  },
  // Client ids and secrets have characters of base64, which Snowflake's documentation shows as they stand.
  token: { url: 'https://{account}.snowflakecomputing.com/oauth/token-request', rawBasic: true },
  // Single-use refresh tokens are a setting of the account's integration.
  refresh: { rotation: 'sometimes' },
  inject: {
    headers: { authorization: 'Bearer {accessToken}', 'x-snowflake-authorization-token-type': 'OAUTH' },
  },
  identity: { from: 'token_response', id: 'username', name: 'username' },
  apiOrigins: ['https://{account}.snowflakecomputing.com'],
  reach: 'proxy',
  proxy: {
    api: {
      origin: 'https://{account}.snowflakecomputing.com',
      paths: ['/api/v2/'],
      headers: { accept: 'application/json' },
    },
  },
  monogram: 'Sn',
  clientPage: 'https://docs.snowflake.com/en/sql-reference/sql/create-security-integration-oauth-snowflake',
  checked: 'docs 2026-11-21',
  sources: [
    'https://docs.snowflake.com/en/user-guide/oauth-custom',
    'https://docs.snowflake.com/en/developer-guide/sql-api/authenticating',
  ],
}
