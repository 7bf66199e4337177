/** The peers as their own pages say to make them. */

import { Auth0Client } from '@auth0/auth0-spa-js'
import { ProtocolMode, PublicClientApplication } from '@azure/msal-browser'
import { GoTrueClient } from '@supabase/auth-js'
import { UserManager, WebStorageStateStore } from 'oidc-client-ts'

const authority = String(Reflect.get(globalThis, 'openServer'))

export const auth0 = new Auth0Client({
  domain: authority,
  clientId: 'bench',
  authorizationParams: { redirect_uri: location.origin },
})

export const oidc = new UserManager({
  authority,
  client_id: 'bench',
  redirect_uri: `${location.origin}/callback-oidc/peer`,
  userStore: new WebStorageStateStore({ store: localStorage }),
  metadata: {
    issuer: `${authority}/`,
    authorization_endpoint: `${authority}/authorize`,
    token_endpoint: `${authority}/oauth/token`,
  },
})

export const auth0Token = (): Promise<unknown> => auth0.loginWithPopup().then(() => auth0.getTokenSilently())
export const oidcToken = (): Promise<unknown> => oidc.signinPopup().then((user) => user.access_token)

/** It takes no authority over http, so its name is made up; what it calls is told beside it. */
const msal = new PublicClientApplication({
  auth: {
    clientId: 'bench',
    authority: 'https://bench.invalid',
    knownAuthorities: ['bench.invalid'],
    authorityMetadata: JSON.stringify({
      issuer: 'https://bench.invalid',
      authorization_endpoint: `${authority}/authorize`,
      token_endpoint: `${authority}/oauth/token`,
      jwks_uri: `${authority}/jwks`,
    }),
    redirectUri: `${location.origin}/callback-msal/peer`,
    OIDCOptions: { responseMode: 'query' },
  },
  system: { protocolMode: ProtocolMode.OIDC },
  cache: { cacheLocation: 'memoryStorage' },
})
const scopes = ['openid', 'profile', 'email']
let prepared: Promise<unknown> | undefined

/** What it asks to be awaited before anything else. */
export const prepareMsal = (): Promise<unknown> => (prepared ??= msal.initialize())
export const readMsal = (): Promise<unknown> => {
  const [account] = msal.getAllAccounts()
  return msal.acquireTokenSilent({ scopes, ...(account && { account }) })
}
export const msalToken = (): Promise<unknown> => msal.loginPopup({ scopes }).then(readMsal)

/** It opens no windows; a page signs in with a password. */
export const supabase = new GoTrueClient({
  url: `${authority}/auth`,
  autoRefreshToken: false,
  detectSessionInUrl: false,
  storage: localStorage,
})
export const supabaseToken = (): Promise<unknown> =>
  supabase.signInWithPassword({ email: 'alice@example.com', password: 'x' })
