/** The sites of the matrix: four authorization servers by opener policy, and two apps, one of which has little patience. */

import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Hono } from 'hono'
import { type AuthorizationServer, startAuthorizationServer } from '../../demo/authorization-server/index.ts'
import { acme } from '../../demo/connector.ts'
import { listen } from '../../src/node/index.ts'
import { createBackend, createMint, honoHandler, sqliteStore } from '../../src/server/index.ts'
import { freePort } from '../support/free-port.ts'
import { type Cell, providers } from './cells.ts'
import { recorder } from './recorder.ts'

export interface Sites {
  /** The page on which a person of this name goes through a cell. */
  pageOf(cell: Cell, subject: string): string
  /** A page of another site that holds that page in a frame. */
  portalOf(frame: Frame, subject: string): string
  close(): Promise<void>
}

/** How another site holds the page. */
export interface Frame {
  /** The frame's `sandbox`; absent: no sandbox. */
  readonly sandbox?: string
  /** The other site's own `Cross-Origin-Opener-Policy`. */
  readonly portal?: string
  readonly provider: Provider
}

type Provider = Cell['provider']

/** How long a person may take who does nothing. */
const hastySeconds = 5

const dist = join(import.meta.dirname, '../../dist')
const client = { clientId: 'matrix', clientName: 'The host app', clientSecret: 'x'.repeat(48) }
const connectorOf = (provider: Provider): string => `acme-${provider}`

/** Starts the authorization servers on 127.0.0.1, and each app on `localhost`, where its backend is, and on `app.localhost`. */
export async function startSites(): Promise<Sites> {
  const ports = { patient: await freePort(), hasty: await freePort() }
  const services = await Promise.all(providers.map((provider) => startService(provider, Object.values(ports))))
  const patient = await startApp(ports.patient, services, 120)
  const hasty = await startApp(ports.hasty, services, hastySeconds)
  const pageOf: Sites['pageOf'] = ({ provider, host, road, person }, subject) => {
    const port = person === 'does nothing' ? ports.hasty : ports.patient
    const name = road === 'bridge' ? 'app.localhost' : 'localhost'
    return `http://${name}:${port}/page/${host}/${connectorOf(provider)}/${subject}`
  }
  return {
    pageOf,
    portalOf({ provider, ...frame }, subject) {
      const src = pageOf({ provider, host: 'none', road: 'bridge', person: 'finishes' }, subject)
      return `http://portal.localhost:${ports.patient}/portal?${new URLSearchParams({ ...frame, src })}`
    },
    async close() {
      await Promise.all([patient.close(), hasty.close()])
      await Promise.all(services.map(([, service]) => service.close()))
    },
  }
}

type Service = readonly [Provider, AuthorizationServer]

async function startService(provider: Provider, ports: readonly number[]): Promise<Service> {
  const redirectUris = ports.map((port) => `${backendOf(port)}/callback/default/${connectorOf(provider)}`)
  const service = await startAuthorizationServer({
    port: 0,
    file: ':memory:',
    clients: [{ ...client, redirectUris }],
    ...(provider !== 'none' && { coop: provider }),
  })
  return [provider, service]
}

async function startApp(port: number, services: readonly Service[], authSessionSeconds: number) {
  const backend = createBackend({
    publicUrl: backendOf(port),
    dev: true,
    store: sqliteStore(':memory:'),
    connectors: services.map(([provider, { issuer }]) => ({ ...acme(issuer), id: connectorOf(provider) })),
    clients: Object.fromEntries(services.map(([provider]) => [connectorOf(provider), client])),
    allowedOrigins: [`http://localhost:${port}`, `http://app.localhost:${port}`],
    egress: { allow: services.map(([, { issuer }]) => issuer) },
    limits: { authSessionSeconds },
  })
  await backend.ready()
  const app = new Hono()
  const mint = createMint({ backend })
  app.all('/connector-auth/*', honoHandler(backend))
  app.post('/connect-token/:subject', (context) => mint(context.req.raw, { subject: context.req.param('subject') }))
  app.get('/page/:host/:connector/:subject', (context) => {
    const { host, connector, subject } = context.req.param()
    return context.html(page(port, connector, subject), 200, headersOf(port, host))
  })
  app.get('/portal', (context) => {
    const { src = '', sandbox, portal: policy } = context.req.query()
    return context.html(portal(src, sandbox), 200, { ...(policy && { 'cross-origin-opener-policy': policy }) })
  })
  app.get('/record.js', (context) => context.body(recorder, 200, { 'content-type': 'text/javascript' }))
  app.get('/:file{connector-auth\\..*js}', async (context) =>
    context.body(await readFile(join(dist, basename(context.req.param('file'))), 'utf8'), 200, {
      'content-type': 'text/javascript',
    }),
  )
  const listening = await listen({ fetch: async (request, info) => app.fetch(request, info) }, { port })
  return {
    async close() {
      await listening.close()
      await backend.close()
    },
  }
}

const backendOf = (port: number): string => `http://localhost:${port}/connector-auth`

/** What a careful host sends, and its opener policy. */
function headersOf(port: number, host: string): Record<string, string> {
  const backend = `http://localhost:${port}`
  const policy = `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' ${backend}; form-action ${backend}; require-trusted-types-for 'script'; base-uri 'none'`
  return {
    'content-security-policy': policy,
    ...(host !== 'none' && { 'cross-origin-opener-policy': host }),
    ...(host === 'same-origin' && { 'cross-origin-embedder-policy': 'require-corp' }),
  }
}

const page = (port: number, connector: string, subject: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Host app</title>
<script src="/record.js"></script><script type="module" src="/connector-auth.min.js"></script></head>
<body><connector-auth base-url="${backendOf(port)}" token-url="/connect-token/${subject}" connector-id="${connector}"></connector-auth></body></html>`

const portal = (src: string, sandbox: string | undefined): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Portal</title></head>
<body><iframe src="${src}" width="900" height="400" ${sandbox === undefined ? '' : `sandbox="${sandbox}"`}></iframe></body></html>`
