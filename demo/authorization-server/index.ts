/** A real authorization server on this computer: the third-party service of the demo and of the journeys. */
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import Provider, { errors } from 'oidc-provider'
import { createAdapter } from './adapter.ts'
import { handleMe } from './api.ts'
import { createConfiguration } from './configuration.ts'
import type { DemoClient } from './configuration.ts'
import { createControl } from './control.ts'
import type { Control, State, TokenCall } from './control.ts'
import { loadKeys, openDatabase } from './database.ts'
import { handleInteraction } from './interactions.ts'
import { type KeyedService, handleKeyed } from './keyed.ts'
import { observe } from './observe.ts'
import { errorPage, homePage } from './pages.ts'
import { sendHtml } from './respond.ts'

export type { DemoClient } from './configuration.ts'
export type { Consent, Control, Switches, TokenCall } from './control.ts'
export type { KeyedService } from './keyed.ts'

/** Options of {@link startAuthorizationServer}. */
export type AuthorizationServerOptions = {
  /** 0 picks a free one. */
  readonly port: number
  readonly hostname?: '127.0.0.1'
  /** SQLite file; `:memory:` forgets everything at the end. */
  readonly file: string
  readonly clients: readonly DemoClient[]
  /** `Cross-Origin-Opener-Policy` of every answer; none when absent. */
  readonly coop?: string
  /** Lifetime of access tokens, default 600. */
  readonly accessTokenSeconds?: number
  /** Services beside it that ask for a key, a password or a token. */
  readonly keyed?: readonly KeyedService[]
}

/** A running authorization server. */
export type AuthorizationServer = {
  readonly issuer: string
  readonly url: string
  /** Every call of the token endpoint, oldest first. */
  readonly calls: readonly TokenCall[]
  readonly control: Control
  /** Refresh tokens that were used twice; each ended its family. */
  readonly reuse: number
  /** Successful calls of the revocation endpoint. */
  readonly revocations: number
  close(): Promise<void>
}

/** Starts the authorization server on loopback: PKCE required, refresh tokens rotate, state in one SQLite file.
 *
 * @see RFC 6749, RFC 7636, RFC 7009, RFC 7662, RFC 8414, RFC 9207, OpenID Connect Core 1.0
 */
export async function startAuthorizationServer(options: AuthorizationServerOptions): Promise<AuthorizationServer> {
  const hostname = options.hostname ?? '127.0.0.1'
  const state = createState(options)
  const database = openDatabase(options.file)
  const keys = await loadKeys(database)
  const server = createServer()
  // The issuer names the port, so the port is taken before the provider is made.
  const port = await listen(server, options.port, hostname).catch((error: unknown) => {
    database.close()
    throw error
  })
  const issuer = `http://${hostname}:${port}`
  const provider = new Provider(
    issuer,
    createConfiguration({
      clients: options.clients,
      keys,
      adapter: (model) => createAdapter({ database, model, onReuse: () => (state.reuse += 1) }),
      accessTokenSeconds: () => state.accessTokenSeconds,
      refreshTokens: () => state.refreshTokens,
    }),
  )
  observe(provider, state)
  server.on('request', createListener(provider, state, options.keyed ?? []))
  return {
    issuer,
    url: issuer,
    calls: state.calls,
    control: createControl(state, database),
    get reuse() {
      return state.reuse
    },
    get revocations() {
      return state.revocations
    },
    close: async () => {
      await stop(server)
      database.close()
    },
  }
}

function createState(options: AuthorizationServerOptions): State {
  return {
    coop: options.coop,
    accessTokenSeconds: options.accessTokenSeconds ?? 600,
    down: false,
    consent: 'ask',
    account: undefined,
    unreachable: false,
    tokenDelaySeconds: 0,
    refreshTokens: true,
    reuse: 0,
    revocations: 0,
    calls: [],
  }
}

function createListener(provider: Provider, state: State, keyed: readonly KeyedService[]) {
  const answer = provider.callback()
  return (request: IncomingMessage, response: ServerResponse): void => {
    if (state.unreachable) return void request.socket.destroy()
    if (state.coop) response.setHeader('cross-origin-opener-policy', state.coop)
    const url = new URL(request.url ?? '/', provider.issuer)
    if (url.pathname.startsWith('/interaction/')) {
      handleInteraction({ provider, request, response, state, url }).catch((error: unknown) => fail(response, error))
    } else if (url.pathname === '/api/me') {
      handleMe(provider, request, response).catch((error: unknown) => fail(response, error))
    } else if (url.pathname.startsWith('/services/')) {
      handleKeyed(keyed, request, response, url)
    } else if (url.pathname === '/') {
      sendHtml(response, homePage(provider.issuer))
    } else {
      void answer(request, response)
    }
  }
}

function fail(response: ServerResponse, error: unknown): void {
  const expected = error instanceof errors.OIDCProviderError
  const description = expected
    ? 'This sign-in has ended or belongs to another browser.'
    : 'Something unexpected happened.'
  if (response.headersSent) response.destroy()
  else
    sendHtml(
      response,
      errorPage({ error: expected ? error.error : 'server_error', description }),
      '',
      expected ? 400 : 500,
    )
}

function listen(server: Server, port: number, hostname: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, hostname, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
