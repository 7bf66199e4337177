/** Quirks of tokens: how they are asked for, what the answer looks like, how they are renewed and revoked. */

import { type Quirk, oauth, oauthWithout, refreshing, revoking, tokens } from './quirk.ts'

const site = 'https://auth.service.example'
const api = 'https://api.service.example'

/** Named for what is unusual; each with one line on who does it. */
export const tokenQuirks = {
  // Notion and Atlassian take JSON.
  token_json_body: tokens({ body: 'json', auth: 'client_secret_post' }),
  // Facebook's Graph API redeems a code by GET.
  token_get_query: tokens({ method: 'GET', auth: 'client_secret_post' }),
  // Zoho reads the query of a POST.
  token_post_query: tokens({ body: 'query', auth: 'client_secret_post' }),
  // GitHub, Google and most others read the secret from the body only.
  secret_in_body: tokens({ auth: 'client_secret_post' }),
  // Many servers never decode the Basic header.
  basic_raw: tokens({ rawBasic: true }),
  // Desktop apps at Microsoft: no secret at all.
  public_client: tokens({ auth: 'none' }),
  // FAPI banks and Okta's service apps sign an assertion (RFC 7523).
  private_key_jwt: oauth({ issuer: site, token: { url: `${site}/token`, auth: 'private_key_jwt' } }),
  // Auth0 wants an audience; a value that was typed may be among the extras.
  token_params: oauth({
    inputs: [{ name: 'account', label: 'Account', pattern: '[A-Z]{2}-\\d{4}' }],
    token: { url: `${site}/token`, params: { audience: 'api', account: '{account}' } },
  }),
  // TikTok: client_key here too, and auth_code in its API for Business.
  token_renamed: tokens({ auth: 'client_secret_post', rename: { client_id: 'client_key', code: 'auth_code' } }),
  // Some servers refuse parameters that they do not know, redirect_uri among them.
  token_omitted: tokens({ omit: ['redirect_uri'] }),
  // Notion wants its version in a header, some want the client.
  token_headers: tokens({ headers: { 'x-version': '2026-01-01', 'x-client': '{clientId}' } }),
  // Slack hides a user's token below authed_user.
  nested_token_path: tokens({
    map: {
      access: 'data.tokens.0.value',
      refresh: 'data.tokens.1.value',
      type: 'data.kind',
      scope: 'data.scopes',
      expiry: 'data.ttl',
    },
  }),
  // Slack: a bot's token in one place, a user's in another.
  token_path_list: tokens({
    map: {
      access: ['authed_bot.access_token', 'authed_user.access_token'],
      refresh: ['x', 'authed_user.refresh_token'],
    },
  }),
  // Slack answers 200 with ok: false; GitHub 200 with error.
  error_in_200: tokens({ error: ['error'] }),
  // GitHub has words of its own, such as bad_refresh_token.
  error_codes: tokens({ error: ['failure.code'], errors: { dead: ['BAD_REFRESH_TOKEN'], busy: ['TRY_LATER'] } }),
  // GitHub, where nobody asks for JSON.
  form_encoded_answer: tokens({}, { tokenAnswer: 'form' }),
  // GitHub is asked with spaces and answers with commas.
  answer_scope_separator: tokens({ scopeSeparator: ',' }),
  // Fiserv counts milliseconds.
  expiry_milliseconds: tokens({ map: { expiry: { path: 'expires_in', unit: 'milliseconds' } } }),
  // Strava has expires_at, seconds since 1970.
  expiry_absolute: tokens({ map: { expiry: { path: 'expires_at', unit: 'seconds', absolute: true } } }),
  // Services written in Java count milliseconds since 1970.
  expiry_absolute_milliseconds: tokens({
    map: { expiry: { path: 'expiresAt', unit: 'milliseconds', absolute: true } },
  }),
  // Square answers a date.
  expiry_date: tokens({ map: { expiry: { path: 'expires_at', absolute: true } } }),
  // Salesforce does not say; a session lives for two hours.
  expiry_missing: refreshing({ assumedLifetimeSeconds: 7_200 }),
  // Where a call takes minutes, its token must not end on the way.
  expiry_margin: refreshing({ marginSeconds: 300 }),
  // Google's refresh token stays.
  rotation_never: refreshing({ rotation: 'never' }),
  // Strava's refresh token may or may not be another one after a refresh.
  rotation_sometimes: refreshing({ rotation: 'sometimes' }),
  // GitHub's OAuth apps: a token that lives until it is revoked.
  rotation_none: refreshing({ rotation: 'none' }),
  // Figma and Dropbox Sign refresh at another address.
  refresh_url: refreshing({ url: `${api}/oauth/refresh` }),
  // Shopify wants expiring=1.
  refresh_params: refreshing({ params: { expiring: '1' } }),
  // A service may call the refresh token just token.
  refresh_renamed: refreshing({ rename: { refresh_token: 'token' } }),
  // An address that does nothing but refresh needs no grant_type.
  refresh_omitted: refreshing({ url: `${api}/oauth/refresh`, omit: ['grant_type'] }),
  // Instagram: ig_refresh_token.
  refresh_grant_type: refreshing({ grantType: 'ig_refresh_token' }),
  // Instagram and Threads renew a long-lived access token by itself.
  refresh_presents_access_token: refreshing({
    rotation: 'never',
    present: 'access_token',
    grantType: 'th_refresh_token',
  }),
  // Many services have no way to end a grant.
  no_revocation: oauthWithout(['revoke']),
  // Slack's auth.revoke takes a GET.
  revoke_get: revoking({ method: 'GET' }),
  // GitHub: DELETE with JSON and the client's Basic header.
  revoke_json_delete: revoking({
    url: `${api}/applications/{clientId}/grant`,
    method: 'DELETE',
    body: 'json',
    param: 'access_token',
    token: 'access',
  }),
  // Google reads the token of a POST from the query.
  revoke_post_query: revoking({ body: 'query' }),
  // Dropbox: the access token proves and names itself; there is no body.
  revoke_bearer: revoking({ auth: 'bearer', token: 'access', body: 'none' }),
  // Smartsheet: the token endpoint itself, by DELETE.
  revoke_at_token_endpoint: revoking({
    url: `${site}/token`,
    method: 'DELETE',
    auth: 'bearer',
    token: 'access',
    body: 'none',
  }),
  // Slack: a bearer token, and a parameter beside it.
  revoke_bearer_with_params: revoking({ auth: 'bearer', token: 'access', params: { test: 'false' } }),
  // Services without refresh tokens know nothing but access tokens.
  revoke_access_token: revoking({ token: 'access' }),
  // Two endpoints of one service need not agree: the secret in the body here, Basic there.
  revoke_secret_in_body: revoking({ auth: 'client_secret_post' }),
  // The reverse: Basic here, the body there.
  revoke_basic: revoking(
    { auth: 'client_secret_basic' },
    { token: { url: `${site}/token`, auth: 'client_secret_post' } },
  ),
  // Google: whoever has the token may end it.
  revoke_public: revoking({ auth: 'none', param: 'refresh_token' }),
  // Okta's service apps sign here too.
  revoke_private_key_jwt: revoking(
    { auth: 'private_key_jwt' },
    { issuer: site, token: { url: `${site}/token`, auth: 'private_key_jwt' } },
  ),
  // Notion's version header, at every address.
  revoke_headers: revoking({ headers: { 'x-version': '2026-01-01' } }),
  // Shopify reads the token from X-Shopify-Access-Token.
  inject_header: oauth({ inject: { headers: { 'x-service-token': '{accessToken}', 'x-client': '{clientId}' } } }),
  // Facebook reads access_token from the query.
  inject_query: oauth({ inject: { query: { access_token: '{accessToken}' } } }),
  // Dropbox has a host for content beside the one for calls.
  proxy_hosts: oauth({
    apiOrigins: [api, 'https://upload.service.example'],
    proxy: {
      api: { origin: api, methods: ['GET', 'POST'], paths: ['/v2/'], headers: { 'x-version': '2026-01-01' } },
      upload: { origin: 'https://upload.service.example' },
    },
  }),
  // Google and Microsoft answer pages: the browser may hold the token.
  reach_direct: oauth({ reach: 'direct' }),
} satisfies Readonly<Record<string, Quirk>>
