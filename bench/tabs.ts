/** Tabs that all find their token expired in the same moment, again and again, against a server that rotates strictly. */

import { mkdtempSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { build } from 'esbuild'
import { Hono } from 'hono'
import { type BrowserContext, type Page, chromium } from 'playwright-core'
import { type FakeAuthorizationServer, startFakeAuthorizationServer } from '../src/fakes/index.ts'
import { listen } from '../src/node/index.ts'
import { createBackend, createMint, honoHandler, sqliteStore } from '../src/server/index.ts'
import { freePort } from '../test/support/free-port.ts'
import { chromiumFlags, findChromium } from '../tools/chromium.ts'

const count = 20
const bursts = Number(process.argv[3] ?? 100)
/** How long the token endpoint takes. */
const endpointMilliseconds = Number(process.argv[4] ?? 150)
const lifetimeSeconds = 3_600
/** The backend's clock and the pages' are put forward, so that nobody waits for a token to expire. */
let aheadMilliseconds = 0

interface Burst {
  readonly refreshes: number
  readonly withToken: number
  readonly tokens: number
  readonly lastMilliseconds: number
}

const service = await startFakeAuthorizationServer({ expiresInSeconds: lifetimeSeconds })
const host = await startHost(service)
const browser = await chromium.launch({ executablePath: findChromium(), args: [...chromiumFlags] })
try {
  const context = await browser.newContext()
  const pages = await openTabs(context, host.url)
  const shown: Burst[] = []
  while (shown.length < bursts) shown.push(await burst(pages))
  report(shown)
} finally {
  await browser.close()
  await host.close()
  await service.close()
}

async function openTabs(context: BrowserContext, url: string): Promise<Page[]> {
  const open = async () => {
    const page = await context.newPage()
    await page.goto(`${url}/`)
    await page.waitForFunction('globalThis.prepared')
    return page
  }
  const first = await open()
  await first.click('button')
  await first.waitForFunction('globalThis.ended === "connected"')
  return [first, ...(await Promise.all(Array.from({ length: count - 1 }, open)))]
}

async function burst(pages: readonly Page[]): Promise<Burst> {
  aheadMilliseconds += lifetimeSeconds * 1_000
  await Promise.all(pages.map(async (page) => page.evaluate(`clock.ahead = ${aheadMilliseconds}`)))
  const refreshes = () => service.requests.filter(({ fields }) => fields['grant_type'] === 'refresh_token').length
  const before = refreshes()
  service.script({ kind: 'delay', ms: endpointMilliseconds })
  const answers = await Promise.all(pages.map(async (page) => page.evaluate<Answer>(`read(${Date.now() + 400})`)))
  const good = answers.filter(({ token }) => !token.startsWith('error'))
  return {
    refreshes: refreshes() - before,
    withToken: good.length,
    tokens: new Set(good.map(({ token }) => token)).size,
    lastMilliseconds: Math.max(...answers.map(({ milliseconds }) => milliseconds)),
  }
}

interface Answer {
  readonly token: string
  readonly milliseconds: number
}

function report(shown: readonly Burst[]): void {
  const times = shown.map(({ lastMilliseconds }) => lastMilliseconds).toSorted((one, other) => one - other)
  const at = (part: number) => Math.round(times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0)
  const right = shown.filter((one) => one.refreshes === 1 && one.withToken === count && one.tokens === 1).length
  console.log(`| ${count} tabs, one expired token, the token endpoint takes ${endpointMilliseconds} ms | |\n|---|---:|`)
  console.log(`| bursts with one refresh, and one token in all tabs | ${right} of ${shown.length} |`)
  console.log(`| refreshes in all | ${shown.reduce((sum, { refreshes }) => sum + refreshes, 0)} |`)
  console.log(`| refresh tokens sent twice | ${service.grants.reuses} |`)
  console.log(`| fewest tabs with a token | ${Math.min(...shown.map(({ withToken }) => withToken))} |`)
  console.log(`| the last tab waited, median / p95 / longest | ${at(0.5)} / ${at(0.95)} / ${at(1)} ms |`)
}

async function startHost({ record, clientId, clientSecret, issuer }: FakeAuthorizationServer) {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const backend = createBackend({
    publicUrl: `${url}/connector-auth`,
    dev: true,
    now: () => Date.now() + aheadMilliseconds,
    store: sqliteStore(':memory:'),
    connectors: [record()],
    clients: { fake: { clientId, clientSecret } },
    egress: { allow: [issuer] },
    rateLimits: { perCredential: false, perAddress: false, failedPerAddress: false },
  })
  await backend.ready()
  const outdir = mkdtempSync(join(tmpdir(), 'connector-auth-tabs-'))
  const entry = join(import.meta.dirname, 'peers/pages/tab.ts')
  await build({ entryPoints: [entry], bundle: true, splitting: true, minify: true, format: 'esm', outdir })
  const app = new Hono()
  const mint = createMint({ backend })
  app.all('/connector-auth/*', honoHandler(backend))
  app.post('/connect-token', (context) => mint(context.req.raw, { subject: 'ana' }))
  app.get('/', (context) =>
    context.html(
      '<!doctype html><title>Tab</title><link rel="icon" href="data:,"><button>Connect</button><script type="module" src="/tab.js"></script>',
    ),
  )
  app.get('/:file', async (context) => {
    const text = await readFile(join(outdir, basename(context.req.param('file'))), 'utf8')
    return context.body(text, 200, { 'content-type': 'text/javascript' })
  })
  const listening = await listen({ fetch: async (request, info) => app.fetch(request, info) }, { port })
  return {
    url,
    async close() {
      await listening.close()
      await backend.close()
    },
  }
}
