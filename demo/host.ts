/** The demo's host application: what a SaaS product has, with the backend mounted in it and a real authorization server beside it. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { jsonLogger, listen } from '../src/node/index.ts'
import {
  type Backend,
  type ConnectorRecord,
  type Logger,
  createBackend,
  createMint,
  honoHandler,
  sqliteStore,
} from '../src/server/index.ts'
import { type AuthorizationServer, startAuthorizationServer } from './authorization-server/index.ts'
import { acme } from './connector.ts'

export interface DemoOptions {
  /** The app's port; 0 takes a free one. */
  readonly port: number
  /** The authorization server's port; 0 takes a free one. */
  readonly authorizationServerPort: number
  /** Where both keep their files. */
  readonly folder: string
  /** The built page. */
  readonly page: string
  readonly logger?: Logger
  /** How pages reach the connector's API, for journeys. */
  readonly reach?: ConnectorRecord['reach']
  /** Headers of the app's pages, for journeys: a policy, COOP, … */
  readonly pageHeaders?: Readonly<Record<string, string>>
}

export interface Demo {
  readonly url: string
  readonly backend: Backend
  readonly authorizationServer: AuthorizationServer
  close(): Promise<void>
}

const clientId = 'demo-app'
const people = { ana: 'Ana', ben: 'Ben' } as const
type Person = keyof typeof people

/** Starts the authorization server on 127.0.0.1 and the app on localhost: two sites. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 })
  // The redirect URI names the app's port, so the port comes first.
  const app = new Hono()
  const listening = await listen(
    { fetch: async (request) => app.fetch(request) },
    { port: options.port, hostname: 'localhost' },
  )
  const url = `http://localhost:${listening.port}`
  try {
    const clientSecret = keptSecret(join(options.folder, 'client-secret'))
    const redirectUris = [`${url}/connector-auth/callback/default/acme`]
    const authorizationServer = await startAuthorizationServer({
      port: options.authorizationServerPort,
      file: join(options.folder, 'authorization-server.sqlite'),
      clients: [{ clientId, clientName: 'The demo app', clientSecret, redirectUris }],
    })
    const backend = createBackend({
      publicUrl: `${url}/connector-auth`,
      dev: true,
      store: sqliteStore(join(options.folder, 'connector-auth.sqlite')),
      connectors: [{ ...acme(authorizationServer.issuer), reach: options.reach ?? 'direct' }],
      clients: { acme: { clientId, clientSecret } },
      egress: { allow: [authorizationServer.issuer] },
      logger: options.logger ?? jsonLogger({ level: 'warn' }),
    })
    await backend.ready()
    mountHost(app, backend, authorizationServer, options)
    return {
      url,
      backend,
      authorizationServer,
      async close() {
        await listening.close()
        await Promise.all([backend.close(), authorizationServer.close()])
      },
    }
  } catch (error) {
    await listening.close()
    throw error
  }
}

/** The host's own routes: who is signed in, the connect token for them, the built page. */
function mountHost(app: Hono, backend: Backend, authorizationServer: AuthorizationServer, options: DemoOptions): void {
  const mint = createMint({ backend })
  app.all('/connector-auth/*', honoHandler(backend))
  app.post('/connect-token', async (context) => {
    const person = personOf(getCookie(context, 'demo_user'))
    return person ? mint(context.req.raw, { subject: person }) : context.json({ error: 'Nobody is signed in.' }, 401)
  })
  app.get('/session', (context) => {
    const person = personOf(getCookie(context, 'demo_user'))
    return context.json({ user: person ? { id: person, name: people[person] } : null })
  })
  app.post('/session', async (context) => {
    const body: unknown = await context.req.json()
    const person = personOf(typeof body === 'object' && body !== null && 'user' in body ? String(body.user) : undefined)
    if (!person) return context.json({ error: 'There is no such person.' }, 400)
    setCookie(context, 'demo_user', person, { httpOnly: true, sameSite: 'Lax', path: '/' })
    return context.json({ user: { id: person, name: people[person] } })
  })
  app.delete('/session', (context) => {
    setCookie(context, 'demo_user', '', { maxAge: 0, path: '/' })
    return context.json({ user: null })
  })
  app.get('/demo/config', (context) => context.json({ authorizationServer: authorizationServer.url }))
  app.use('*', async (context, next) => {
    await next()
    for (const [name, value] of Object.entries({ 'cache-control': 'no-cache', ...options.pageHeaders }))
      context.res.headers.set(name, value)
  })
  app.get('*', serveStatic({ root: options.page }))
}

function personOf(name: string | undefined): Person | undefined {
  return name === 'ana' || name === 'ben' ? name : undefined
}

/** The secret that both sides know, made at first start. */
function keptSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    const secret = crypto.randomUUID() + crypto.randomUUID()
    writeFileSync(file, secret, { mode: 0o600 })
    return secret
  }
}
