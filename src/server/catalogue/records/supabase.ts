/** Supabase as a connector. */

import type { OAuthConnector } from '../../../protocol/connector.ts'

export const supabase: OAuthConnector = {
  id: 'supabase',
  name: 'Supabase',
  category: 'data',
  method: 'oauth2',
  issuer: null,
  // The scopes are those of the app's registration: the request names none.
  authorize: { url: 'https://api.supabase.com/v1/oauth/authorize', scope: { default: [] } },
  // Its documentation shows the id and the secret encoded as they stand.
  token: { url: 'https://api.supabase.com/v1/oauth/token', rawBasic: true },
  // A refresh ends the access token before it, too.
  refresh: { rotation: 'always' },
  revoke: {
    url: 'https://api.supabase.com/v1/oauth/revoke',
    body: 'json',
    auth: 'client_secret_post',
    token: 'refresh',
    param: 'refresh_token',
  },
  // A grant is for one organization.
  identity: { from: 'userinfo', url: 'https://api.supabase.com/v1/organizations', id: '0.id', name: '0.name' },
  apiOrigins: ['https://api.supabase.com'],
  reach: 'proxy',
  proxy: { api: { origin: 'https://api.supabase.com', paths: ['/v1/'] } },
  monogram: 'Su',
  clientPage: 'https://supabase.com/dashboard/org/_/apps',
  checked: 'docs 2026-11-21',
  sources: ['https://supabase.com/docs/guides/integrations/build-a-supabase-oauth-integration'],
}
