/** The host of the measured pages: their bundles, a connect token in each page, the backend, and a server that consents at once. */

import { mkdtempSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { build } from 'esbuild'
import { Hono } from 'hono'
import { listen } from '../../src/node/index.ts'
import { type ConnectorRecord, createBackend, createMint, honoHandler, sqliteStore } from '../../src/server/index.ts'
import { freePort } from '../../test/support/free-port.ts'
import { startOpenServer } from './open-server.ts'

export interface Host {
  readonly url: string
  close(): Promise<void>
}

const client = { clientId: 'bench', clientSecret: 'x'.repeat(48) }

/** Starts everything; each page is `/<name>/<subject>`. */
export async function startHost(): Promise<Host> {
  const bundles = await bundle()
  const open = await startOpenServer()
  const port = await freePort()
  const url = `http://localhost:${port}`
  const publicUrl = `${url}/connector-auth`
  const backend = createBackend({
    publicUrl,
    dev: true,
    store: sqliteStore(':memory:'),
    connectors: [recordOf(open.url)],
    clients: { acme: client },
    egress: { allow: [open.url] },
    rateLimits: { perCredential: false, perAddress: false, failedPerAddress: false },
  })
  await backend.ready()
  const app = new Hono()
  const mint = createMint({ backend })
  app.all('/connector-auth/*', honoHandler(backend))
  app.post('/connect-token', (context) => mint(context.req.raw, { subject: 'nobody' }))
  app.get('/:name/:subject', async (context) => {
    const { token } = await backend.mintConnectToken({ subject: context.req.param('subject') })
    return context.html(page(context.req.param('name'), token, open.url))
  })
  app.get('/:file', async (context) =>
    context.body(await readFile(join(bundles, basename(context.req.param('file'))), 'utf8'), 200, {
      'content-type': 'text/javascript',
    }),
  )
  const listening = await listen({ fetch: async (request, info) => app.fetch(request, info) }, { port })
  return {
    url,
    async close() {
      await listening.close()
      await Promise.all([backend.close(), open.close()])
    },
  }
}

/** The same server that the peers speak to, with nothing asked that they do not ask. */
const recordOf = (url: string): ConnectorRecord => ({
  id: 'acme',
  name: 'Acme Cloud',
  category: 'files',
  method: 'oauth2',
  issuer: null,
  authorize: { url: `${url}/authorize`, scope: { default: ['openid', 'profile', 'email'] } },
  token: { url: `${url}/oauth/token` },
  apiOrigins: [url],
  reach: 'direct',
  monogram: 'A',
  checked: 'live 2026-11-21',
  sources: [],
})

async function bundle(): Promise<string> {
  const outdir = mkdtempSync(join(tmpdir(), 'connector-auth-bench-'))
  const pages = [
    'warm',
    'click-ours',
    'click-floor',
    'click-auth0',
    'click-oidc',
    'callback-oidc',
    'click-msal',
    'callback-msal',
  ]
  await build({
    entryPoints: pages.map((name) => join(import.meta.dirname, 'pages', `${name}.ts`)),
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    outdir,
  })
  return outdir
}

const page = (name: string, token: string, openServer: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Bench</title><link rel="icon" href="data:,">
<script>
connectToken = '${token}'
openServer = '${openServer}'
</script>
<script type="module" src="/${name}.js"></script></head><body><button>Connect</button></body></html>`
