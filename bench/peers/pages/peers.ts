/** The peers as their own pages say to make them. */

import { Auth0Client } from '@auth0/auth0-spa-js'
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
