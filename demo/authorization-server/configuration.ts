/** How the demo's oidc-provider is set up: PKCE for everyone, rotating refresh tokens, own pages. */
import type { AccountClaims, ClientMetadata, Configuration, ErrorOut } from 'oidc-provider'
import { findDemoAccount, scopes } from './accounts.ts'
import type { Keys } from './database.ts'
import { errorPage, signOutPage } from './pages.ts'

const HOUR = 3600
const DAY = 24 * HOUR

/** A client registration of the demo authorization server. */
export type DemoClient = {
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUris: readonly string[]
  /** Shown on the consent page; the client id when absent. */
  readonly clientName?: string
  /** Default `client_secret_basic`. */
  readonly tokenEndpointAuthMethod?: 'client_secret_basic' | 'client_secret_post'
}

/** Builds oidc-provider's configuration.
 *
 * @param options - `accessTokenSeconds` is asked for each access token, so tests can shorten it while running.
 */
export function createConfiguration(options: {
  readonly clients: readonly DemoClient[]
  readonly keys: Keys
  readonly adapter: NonNullable<Configuration['adapter']>
  readonly accessTokenSeconds: () => number
  /** Whether grants come with a refresh token now. */
  readonly refreshTokens: () => boolean
}): Configuration {
  return {
    adapter: options.adapter,
    clients: options.clients.map(toMetadata),
    jwks: { keys: [options.keys.signingKey] },
    cookies: { keys: [options.keys.cookieKey] },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: async (_context, client, { scopes: granted }) =>
      options.refreshTokens() && client.grantTypeAllowed('refresh_token') && granted.has('offline_access'),
    scopes: Object.keys(scopes),
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    // The account's name and address belong in the ID token too, as most large providers put them there.
    conformIdTokenClaims: false,
    clientBasedCORS: () => false,
    findAccount: (_context, id) => {
      const account = findDemoAccount(id)
      if (!account) return undefined
      const claims: AccountClaims = { sub: id, email: account.email, email_verified: true, name: account.name }
      return { accountId: id, claims: async () => claims }
    },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true, allowedPolicy: (_context, client, token) => token.clientId === client.clientId },
      introspection: { enabled: true, allowedPolicy: (_context, client, token) => token.clientId === client.clientId },
      userinfo: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context, form) => {
          context.body = signOutPage(form)
        },
      },
    },
    ttl: {
      AccessToken: () => options.accessTokenSeconds(),
      AuthorizationCode: 60,
      Grant: 90 * DAY,
      IdToken: HOUR,
      Interaction: HOUR,
      RefreshToken: 90 * DAY,
      Session: 14 * DAY,
    },
    renderError: (context, out) => {
      context.type = 'html'
      context.body = errorPage({ error: out.error, description: describe(out) })
    },
  }
}

function describe(out: ErrorOut): string {
  return out.error_description ?? 'Something unexpected happened.'
}

function toMetadata(client: DemoClient): ClientMetadata {
  return {
    client_id: client.clientId,
    client_secret: client.clientSecret,
    client_name: client.clientName ?? client.clientId,
    redirect_uris: [...client.redirectUris],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: client.tokenEndpointAuthMethod ?? 'client_secret_basic',
  }
}
