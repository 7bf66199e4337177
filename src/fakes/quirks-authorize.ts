/** Quirks of the way to a code: the authorization request, the callback, discovery, what is typed before. */

import { type Quirk, authorizing, oauth, oauthWithout } from './quirk.ts'

const site = 'https://auth.service.example'
const api = 'https://api.service.example'

/** Named for what is unusual; each with one line on who does it. */
export const authorizeQuirks = {
  // Nobody is wholly ordinary; this is RFC 6749 and 7636 with a userinfo request.
  plain: oauth(),
  // Dropbox wants token_access_type, Google access_type, Reddit duration.
  fixed_parameters: authorizing({ params: { access_type: 'offline', prompt: 'consent' } }),
  // TikTok calls it client_key.
  renamed_parameters: authorizing({ rename: { client_id: 'client_key', state: 'csrf_state', scope: 'user_scope' } }),
  // monday.com's page breaks on response_type.
  omitted_parameters: authorizing({ omit: ['response_type'] }),
  // Slack, Linear and Strava join with a comma.
  scope_comma: authorizing({ scope: { separator: ',', default: ['read', 'profile'], optional: ['write'] } }),
  // OpenID providers sign nobody in without openid.
  scope_required: authorizing({ scope: { default: ['read'], required: ['base'] } }),
  // Microsoft grants offline_access and does not name it in the answer.
  scope_untold: authorizing({ scope: { default: ['read', 'offline_access'], untold: ['offline_access'] } }),
  // GitHub answers `user` alone where user and user:email were asked for.
  scope_implies: authorizing(
    { scope: { default: ['write', 'read'], implies: { write: ['read'] } } },
    { grant: ['write'] },
  ),
  // Google's consent page has a box for each scope.
  scope_partly_granted: authorizing({}, { grant: ['read'] }),
  // Notion has no scopes.
  no_scopes: oauth({ authorize: { url: `${site}/authorize` } }),
  // Slack and Figma ignore the challenge, or break on it.
  no_pkce: authorizing({ pkce: false }),
  // GitHub has no prompt=login, only select_account.
  force_parameter: authorizing({ force: { prompt: 'select_account' } }),
  // A consent screen that is a single-page app may read its parameters there.
  fragment: authorizing({ fragment: true }),
  // A few servers compare the text of a scope before they decode it.
  raw_parameters: authorizing({
    raw: ['scope'],
    scope: { default: ['https://scopes.example/read:all', 'user:email,name'] },
  }),
  // Amazon's Selling Partner API answers spapi_oauth_code.
  callback_code_name: oauth({ callback: { code: 'spapi_oauth_code' } }),
  // Keycloak names itself in every answer (RFC 9207).
  issuer_required: oauth({ issuer: `${site}/realms/main`, issuerRequired: true }),
  // Apple and many OpenID providers: who it is stands in the ID Token alone.
  id_token_identity: oauth({
    issuer: site,
    authorize: { url: `${site}/authorize`, scope: { default: ['openid', 'email'] } },
    identity: { from: 'id_token', id: 'sub', name: 'email' },
  }),
  // Slack and Notion tell the workspace with the token.
  token_response_identity: oauth({ identity: { from: 'token_response', id: 'team.id', name: 'team.name' } }),
  // monday.com and Linear have one GraphQL address.
  graphql_identity: oauth({
    identity: {
      from: 'userinfo',
      url: `${api}/graphql`,
      method: 'POST',
      body: '{"query":"{ viewer { id email } }"}',
      id: 'data.viewer.id',
      name: 'data.viewer.email',
    },
  }),
  // Twitch wants its client id beside the token; Notion wants a version.
  identity_headers: oauth({
    identity: {
      from: 'userinfo',
      url: `${api}/users?full=1`,
      headers: { 'client-id': '{clientId}', 'x-version': '2026-01-01' },
      id: 'data.0.id',
      name: 'data.0.login',
    },
  }),
  // A few services have no way to tell whose account it is.
  no_identity: oauthWithout(['identity']),
  // RFC 8414: authorization servers of the Model Context Protocol, here with a path in the issuer.
  discovery_oauth: oauthWithout(['revoke'], {
    issuer: `${site}/tenants/one`,
    discovery: 'oauth',
    authorize: { scope: { default: ['read'] } },
    token: {},
    identity: { from: 'userinfo', id: 'sub', name: 'email' },
  }),
  // OpenID Connect Discovery: Okta, with a path in the issuer.
  discovery_openid: oauthWithout(['revoke'], {
    issuer: `${site}/oauth2/default`,
    discovery: 'openid',
    issuerRequired: true,
    authorize: { scope: { default: ['openid', 'profile'] } },
    token: {},
    identity: { from: 'id_token', id: 'sub', name: 'name' },
  }),
  // A record may know one endpoint better than the metadata does.
  discovery_with_own_endpoint: oauthWithout(['revoke'], {
    issuer: site,
    discovery: 'openid',
    authorize: { scope: { default: ['read'] } },
    token: { url: `${api}/oauth/token` },
    identity: { from: 'userinfo', id: 'sub', name: 'email' },
  }),
  // FAPI banks: nothing but a reference goes through the browser (RFC 9126).
  par: oauth({
    par: { url: `${site}/par` },
    authorize: { url: `${site}/authorize`, scope: { default: ['accounts'] } },
  }),
  // Model Context Protocol servers: the token is for one API (RFC 8707).
  resource: oauth({ resource: ['https://api.service.example/mcp'] }),
  // Bluesky and FAPI 2: tokens are bound to a key (RFC 9449).
  dpop: oauth({ dpop: true }),
  // Televisions and command lines at Google and Microsoft (RFC 8628).
  device: oauth({ device: { url: `${site}/device` } }),
  // Zendesk and Shopify: a host for each customer.
  templated_host: oauth({
    inputs: [{ name: 'subdomain', label: 'Subdomain', format: 'subdomain', suffix: '.service.example' }],
    authorize: { url: 'https://{subdomain}.service.example/oauth/authorize', scope: { default: ['read'] } },
    token: { url: 'https://{subdomain}.service.example/oauth/token' },
    revoke: { url: 'https://{subdomain}.service.example/oauth/revoke' },
    identity: {
      from: 'userinfo',
      url: 'https://{subdomain}.service.example/api/me',
      id: 'user.id',
      name: 'user.email',
    },
    apiOrigins: ['https://{subdomain}.service.example'],
    proxy: { api: { origin: 'https://{subdomain}.service.example', paths: ['/api/'] } },
  }),
  // Okta and Auth0: each customer has an issuer.
  templated_issuer: oauthWithout(['revoke'], {
    inputs: [{ name: 'tenant', label: 'Tenant', pattern: '[a-z]{3,8}', prefix: 'https://', suffix: '.auth.example' }],
    issuer: 'https://{tenant}.auth.example/oauth2',
    issuerRequired: true,
    discovery: 'oauth',
    authorize: { scope: { default: ['read'] } },
    token: {},
    identity: { from: 'userinfo', id: 'sub', name: 'email' },
  }),
  // Amazon and Zoho have a few regions.
  input_enum: oauth({
    inputs: [{ name: 'region', label: 'Region', enum: ['us', 'eu'], labels: { us: 'America', eu: 'Europe' } }],
    authorize: { url: 'https://{region}.service.example/authorize', scope: { default: ['read'] } },
    token: { url: 'https://{region}.service.example/token' },
  }),
  // GitLab and ServiceNow run at a host of one's own.
  input_hostname: oauth({
    inputs: [{ name: 'host', label: 'Host', format: 'hostname', prefix: 'https://' }],
    authorize: { url: 'https://{host}/authorize', scope: { default: ['read'] } },
    token: { url: 'https://{host}/token' },
    revoke: { url: 'https://{host}/revoke' },
  }),
  // Microsoft's tenant id, in the path.
  input_in_path: oauth({
    inputs: [{ name: 'tenantId', label: 'Tenant id', format: 'uuid' }],
    authorize: { url: `${site}/{tenantId}/authorize`, scope: { default: ['read'] } },
    token: { url: `${site}/{tenantId}/token` },
  }),
  // Google and Microsoft take a login_hint; a field left empty has a default.
  input_in_parameter: oauth({
    inputs: [
      { name: 'account', label: 'Account', format: 'email' },
      { name: 'mode', label: 'Mode', optional: true, default: 'live' },
    ],
    authorize: { url: `${site}/authorize`, params: { login_hint: '{account}', mode: '{mode}' } },
  }),
  // QuickBooks answers its realm id on the callback.
  captured_on_callback: oauth({
    capture: { realm: { from: 'callback', path: 'realmId', pattern: '\\d{6,}', expose: 'page' } },
    identity: { from: 'userinfo', url: `${api}/companies/{realm}/info`, id: 'id', name: 'name' },
  }),
  // Zoho answers the host of the region's accounts server on the callback: the code is redeemed there.
  captured_token_host: oauth({
    capture: { server: { from: 'callback', path: 'accounts-server', pattern: 'https://([a-z]+\\.service\\.example)' } },
    token: { url: 'https://{server}/token' },
    revoke: { url: 'https://{server}/revoke' },
  }),
  // Salesforce answers instance_url, Zoho api_domain, with the token.
  captured_region: oauth({
    capture: {
      instance: { from: 'token_response', path: 'instance.url', pattern: 'https://([a-z0-9-]+\\.service\\.example)' },
    },
    identity: { from: 'userinfo', url: 'https://{instance}/me', id: 'id', name: 'email' },
    apiOrigins: ['https://{instance}'],
    proxy: { api: { origin: 'https://{instance}' } },
  }),
  // QuickBooks has no answer that names the company: what was captured is the account.
  captured_identity: oauth({
    capture: { realm: { from: 'callback', path: 'realmId', pattern: '\\d+' } },
    identity: { from: 'captured', id: '{realm}', name: 'Company {realm}' },
    proxy: { api: { origin: api, paths: ['/company/{realm}/'] } },
  }),
  // Xero and Harvest list the accounts of a token; every call names one beside the token.
  captured_account_header: oauth({
    capture: {
      account: { from: 'request', url: `${api}/accounts`, path: 'accounts.0.id' },
    },
    inject: { headers: { authorization: 'Bearer {accessToken}', 'x-account': '{account}' } },
    identity: { from: 'userinfo', url: `${api}/accounts`, id: 'accounts.0.id', name: 'accounts.0.name' },
  }),
  // A shop's details are asked for with the token in the service's own header, as every call is.
  captured_request_injected: oauth({
    capture: { shop: { from: 'request', url: `${api}/shop.json`, path: 'shop.id' } },
    inject: { headers: { 'x-service-token': '{accessToken}' } },
  }),
  // Atlassian lists the sites of a token; the first one's id stands in every path.
  captured_request: oauth({
    capture: {
      cloudId: {
        from: 'request',
        url: `${api}/oauth/accessible-resources`,
        headers: { 'x-version': '2026-01-01' },
        path: '0.id',
      },
    },
    identity: { from: 'userinfo', url: `${api}/ex/{cloudId}/myself`, id: 'accountId', name: 'displayName' },
  }),
  // Slack names a bot's user only where the app has a bot.
  captured_optional: oauth({ capture: { region: { from: 'token_response', path: 'region', optional: true } } }),
} satisfies Readonly<Record<string, Quirk>>
