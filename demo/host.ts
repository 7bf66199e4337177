/** The demo's host application: what a SaaS product has, with the backend mounted in it and a real authorization server beside it. */

import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { setCookie } from 'hono/cookie'
import { jsonLogger } from '../src/node/index.ts'
import {
  type Backend,
  type ConnectorRecord,
  type Logger,
  createBackend,
  createMint,
  sqliteStore,
} from '../src/server/index.ts'
import { type AuthorizationServer, startAuthorizationServer } from './authorization-server/index.ts'
import { type DemoBackend, startDemoBackend } from './backend.ts'
import { demoConnectors, keyedServices, oauthIds } from './connectors/catalogue.ts'
import { mountControl, signIn } from './control.ts'
import { openPort } from './outage.ts'
import { people, personNamed, personOf } from './people.ts'
import { type Portal, startPortal } from './portal.ts'
import { variantHeaders, variantOf } from './variants.ts'

export interface DemoOptions {
  /** The app's port; 0 takes a free one. */
  readonly port: number
  /** The authorization server's port; 0 takes a free one. */
  readonly authorizationServerPort: number
  /** The port of the portal that frames the app; a free one where absent. */
  readonly portalPort?: number
  /** Where both keep their files. */
  readonly folder: string
  /** The built page. */
  readonly page: string
  readonly logger?: Logger
  /** How pages reach the API of every connector, for journeys. */
  readonly reach?: ConnectorRecord['reach']
  /** Headers of the app's pages instead of the demo's own, for journeys: a policy, COOP, … */
  readonly pageHeaders?: Readonly<Record<string, string>> | undefined
}

export interface Demo {
  readonly url: string
  /** Where another site frames the app. */
  readonly portalUrl: string
  /** The one that runs now. */
  readonly backend: Backend
  readonly authorizationServer: AuthorizationServer
  /** Ends an outage before its time is up. */
  comeBack(): Promise<void>
  close(): Promise<void>
}

const clientId = 'demo-app'

/** What runs beside the app's own port. */
interface Servers {
  readonly authorizationServer: AuthorizationServer
  readonly backend: DemoBackend
  readonly portal: Portal
}

/** Starts the authorization server and the portal on 127.0.0.1 and the app on localhost: two sites. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 })
  // The redirect URI names the app's port, so the port comes first.
  const app = new Hono()
  let servers: Servers | undefined
  const port = await openPort({ fetch: async (request) => app.fetch(request) }, options.port, (unreachable) =>
    servers?.authorizationServer.control.set({ unreachable }),
  )
  const url = `http://localhost:${port.number}`
  try {
    // Made anew at each start: nobody outside this process needs it.
    const apiKey = `cak_${randomBytes(32).toString('hex')}`
    const { authorizationServer, backend, portal } = (servers = await startServers(options, url, apiKey))
    mountControl(app, { url, portalUrl: portal.url, apiKey, backend, authorizationServer, port })
    mountHost(app, { ...servers, options })
    return {
      url,
      portalUrl: portal.url,
      authorizationServer,
      get backend() {
        return backend.current
      },
      comeBack: () => port.comeBack(),
      async close() {
        await port.close()
        await Promise.all([backend.stop(), authorizationServer.close(), portal.close()])
      },
    }
  } catch (error) {
    await port.close()
    throw error
  }
}

async function startServers(options: DemoOptions, url: string, apiKey: string): Promise<Servers> {
  const clientSecret = keptSecret(join(options.folder, 'client-secret'))
  const redirectUris = oauthIds.map((id) => `${url}/connector-auth/callback/default/${id}`)
  const authorizationServer = await startAuthorizationServer({
    port: options.authorizationServerPort,
    file: join(options.folder, 'authorization-server.sqlite'),
    clients: [{ clientId, clientName: 'The demo app', clientSecret, redirectUris }],
    keyed: keyedServices,
  })
  const backend = await startDemoBackend(() =>
    createBackend({
      publicUrl: `${url}/connector-auth`,
      dev: true,
      store: sqliteStore(join(options.folder, 'connector-auth.sqlite')),
      apiKeys: [apiKey],
      connectors: demoConnectors(authorizationServer.issuer).map((one) => ({
        ...one,
        ...(options.reach && { reach: options.reach }),
      })),
      clients: Object.fromEntries(oauthIds.map((id) => [id, { clientId, clientSecret }])),
      egress: { allow: [authorizationServer.issuer] },
      logger: options.logger ?? jsonLogger({ level: 'warn' }),
    }),
  )
  return { authorizationServer, backend, portal: await startPortal(url, options.portalPort ?? 0) }
}

/** The host's own routes: who is signed in, the connect token for them, the built page. */
function mountHost(
  app: Hono,
  { authorizationServer, backend, portal, options }: Servers & { readonly options: DemoOptions },
): void {
  const mint = createMint({ backend: backend.minting })
  app.all('/connector-auth/*', backend.handler)
  app.post('/connect-token', async (context) => {
    const person = personOf(context)
    if (!person) return context.json({ error: 'Nobody is signed in.' }, 401)
    return backend.running ? mint(context.req.raw, { subject: person }) : context.text('Bad gateway', 502)
  })
  app.get('/session', (context) => {
    const person = personOf(context)
    return context.json({ user: person ? { id: person, name: people[person] } : null })
  })
  app.post('/session', async (context) => {
    const body: unknown = await context.req.json()
    const person = personNamed(typeof body === 'object' && body !== null && 'user' in body ? body.user : undefined)
    if (!person) return context.json({ error: 'There is no such person.' }, 400)
    signIn(context, person)
    return context.json({ user: { id: person, name: people[person] } })
  })
  app.delete('/session', (context) => {
    setCookie(context, 'demo_user', '', { maxAge: 0, path: '/' })
    return context.json({ user: null })
  })
  const headers = variantHeaders({ service: authorizationServer.url, portal: portal.url })
  app.use('*', async (context, next) => {
    await next()
    const own = options.pageHeaders ?? headers[variantOf(context.req.path)]
    for (const [name, value] of Object.entries({ 'cache-control': 'no-cache', ...own }))
      context.res.headers.set(name, value)
  })
  const rewriteRequestPath = (path: string) => path.replace(/^\/with\/\w+\//, '/')
  app.get('*', serveStatic({ root: options.page, rewriteRequestPath }))
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
