/** Quirks of everything that is typed instead of consented to: keys, passwords, service accounts, logins. */

import { type Quirk, clientCredentials, entered, twoStep } from './quirk.ts'

const site = 'https://auth.service.example'
const api = 'https://api.service.example'

const verify = { url: `${api}/me`, account: { id: 'id', name: 'email' } }
const account = { id: 'id', name: 'email' }

const typedClient = [
  { name: 'clientId', label: 'Client id' },
  { name: 'clientSecret', label: 'Client secret', secret: true },
]

/** Named for what is unusual; each with one line on who does it. */
export const enteredQuirks = {
  // Anthropic and Brevo have a header of their own.
  api_key_header: entered('api_key', { inject: { headers: { 'x-api-key': '{apiKey}' } }, verify }),
  // Trello and Google Maps read the key from the query.
  api_key_query: entered('api_key', { inject: { query: { api_key: '{apiKey}' } }, verify }),
  // Klaviyo and Discord's bots put a word of their own before the key.
  api_key_scheme: entered('api_key', { inject: { headers: { authorization: 'Klaviyo-API-Key {apiKey}' } } }),
  // Algolia wants two values, in two headers.
  api_key_two_fields: entered('api_key', {
    inputs: [
      { name: 'appId', label: 'Application id', pattern: '[A-Z0-9]{10}' },
      { name: 'apiKey', label: 'API key', secret: true },
    ],
    inject: { headers: { 'x-app': '{appId}', 'x-api-key': '{apiKey}' } },
  }),
  // OpenAI's organization is a header that most people leave alone.
  api_key_optional_field: entered('api_key', {
    inputs: [
      { name: 'apiKey', label: 'API key', secret: true },
      { name: 'region', label: 'Region', optional: true, default: 'us' },
    ],
    inject: { headers: { 'x-api-key': '{apiKey}', 'x-region': '{region}' } },
  }),
  // Anthropic's version is named in every request, and nobody types it.
  api_key_hidden_field: entered('api_key', {
    inputs: [
      { name: 'apiKey', label: 'API key', secret: true },
      { name: 'version', label: 'Version', hidden: true, default: '2026-01-01' },
    ],
    inject: { headers: { 'x-api-key': '{apiKey}', 'x-version': '{version}' } },
  }),
  // ActiveCampaign: the key, at a customer's host.
  api_key_templated_host: entered('api_key', {
    inputs: [
      { name: 'apiKey', label: 'API key', secret: true },
      { name: 'domain', label: 'Domain', format: 'subdomain', suffix: '.service.example' },
    ],
    inject: { headers: { 'x-api-key': '{apiKey}' } },
    apiOrigins: ['https://{domain}.service.example'],
    proxy: { api: { origin: 'https://{domain}.service.example' } },
    verify: { url: 'https://{domain}.service.example/me', account },
  }),
  // Telegram's bots: the key stands in the address.
  api_key_in_path: entered('api_key', {
    inputs: [{ name: 'apiKey', label: 'Token', secret: true, pattern: '\\d{8}:[A-Za-z0-9_-]{10,}' }],
    inject: { headers: { 'x-api-key': '{apiKey}' } },
    verify: { url: `${api}/bot{apiKey}/getMe`, account: { id: 'result.id', name: 'result.username' } },
  }),
  // Jira Server and Jenkins: a user name and a password.
  basic: entered('basic', { verify }),
  // Stripe and Close: the key is the user name, the password is empty.
  basic_key_only: entered('basic', {
    inputs: [
      { name: 'username', label: 'API key', secret: true },
      { name: 'password', label: 'Password', optional: true },
    ],
    verify,
  }),
  // Freshdesk: the key is the user name, the password is an X.
  basic_fixed_password: entered('basic', {
    inputs: [
      { name: 'username', label: 'API key', secret: true },
      { name: 'password', label: 'Password', optional: true, default: 'X' },
    ],
  }),
  // Many APIs have a personal token and no way to try it.
  bearer: entered('bearer'),
  // GitHub, GitLab and Airtable: a personal token, tried at the address that tells who it is.
  bearer_verified: entered('bearer', { verify }),
  // Some addresses answer 404 to a right key that sees nothing, and 204 to one that sees something.
  verify_status: entered('bearer', { verify: { url: `${api}/ping`, expect: { status: ['404', '204'] } } }),
  // Slack answers 200 to everything: it is right where something stands at a path.
  verify_path: entered('bearer', {
    verify: { url: `${api}/auth.test`, expect: { path: 'user.active' }, account: { id: 'user.id', name: 'user.name' } },
  }),
  // Linear: a GraphQL query tells who it is.
  verify_post: entered('api_key', {
    inject: { headers: { authorization: '{apiKey}' } },
    verify: {
      url: `${api}/graphql`,
      method: 'POST',
      body: '{"query":"{ viewer { id email } }"}',
      account: { id: 'data.viewer.id', name: 'data.viewer.email' },
    },
  }),
  // Notion wants its version, some want the key elsewhere, at this one address.
  verify_headers: entered('bearer', {
    verify: { url: `${api}/me?full=1`, headers: { 'x-version': '2026-01-01', 'x-token': '{token}' }, account },
  }),
  // Twilio and SendGrid say why, each in another place.
  verify_message: entered('bearer', { verify: { ...verify, message: ['message', 'errors.0.detail'] } }),
  // Auth0's machine-to-machine apps: each customer has their own.
  client_credentials_typed: clientCredentials(),
  // The host's own app at the service: nothing is typed.
  client_credentials_host: clientCredentials({ inputs: [] }),
  // PayPal and Zoom: a token that says nothing of scopes, tried at once.
  client_credentials_verified: clientCredentials({ inputs: typedClient, verify }),
  // Microsoft: the scope is asked for, at the tenant's own address.
  client_credentials_scope: clientCredentials({
    inputs: [...typedClient, { name: 'tenantId', label: 'Tenant id', format: 'uuid' }],
    scope: { default: ['https://api.service.example/.default'] },
    token: { url: `${site}/{tenantId}/token`, auth: 'client_secret_post' },
  }),
  // Auth0: an audience, in JSON.
  client_credentials_json: clientCredentials({
    inputs: typedClient,
    token: {
      url: `${site}/token`,
      body: 'json',
      auth: 'client_secret_post',
      params: { audience: 'https://api.service.example/' },
    },
  }),
  // Microsoft's first version named the API that a token is for, as RFC 8707 does now.
  client_credentials_resource: clientCredentials({ inputs: typedClient, resource: ['https://api.service.example/v1'] }),
  // Fiserv: milliseconds, here too.
  client_credentials_expiry: clientCredentials({
    inputs: typedClient,
    token: { url: `${site}/token`, map: { expiry: { path: 'expiresIn', unit: 'milliseconds' } } },
  }),
  // A token may not say how long it lives.
  client_credentials_lifetime: clientCredentials({ inputs: typedClient, refresh: { assumedLifetimeSeconds: 1_800 } }),
  // About one service in fifteen posts a login for a token.
  two_step: twoStep(),
  // Some take the login by GET, in headers.
  two_step_get: twoStep({
    token: {
      url: `${api}/session`,
      method: 'GET',
      headers: { 'x-user': '{username}', 'x-password': '{password}' },
      map: { access: 'session.token', expiry: { path: 'session.until', absolute: true } },
    },
  }),
  // OpenStack reads the token from X-Auth-Token.
  two_step_header: twoStep({ inject: { headers: { 'x-auth-token': '{accessToken}' } } }),
  // Services that issue JWTs often give a refresh token with the login.
  two_step_refresh: twoStep({ refresh: { rotation: 'always', url: `${api}/refresh` } }),
  // The answer is 200 whatever was typed.
  two_step_error_in_200: twoStep({
    token: { url: `${api}/login`, params: { login: '{username}', secret: '{password}' }, error: ['error.code'] },
  }),
  // A login that is tried at once, and tells whose it is.
  two_step_verified: twoStep({ verify }),
} satisfies Readonly<Record<string, Quirk>>
