/** The page of docs/script-tag.md, from a host of files: backend, token source and authorization server are elsewhere. */

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { type TestContext, test } from 'node:test'
import type { BrowserContext, Frame, Page } from 'playwright-core'
import { createMint } from '../../src/server/index.ts'
import { freePort } from '../support/free-port.ts'
import { audience, startKeyServer } from '../support/jwks.ts'
import { snippet } from '../support/snippet.ts'
import { type StaticHost, readIntegrity, startStaticHost } from '../support/static-host.ts'
import { type Sites, eventsOf, openBrowser, popupOf, say, shows, startSites } from './sites.ts'

const document = 'docs/script-tag.md'
const cdnFile = 'https://cdn.example/connector-auth@0.1.0/connector-auth.min.js'
const backendOf = 'https://api.example/connector-auth'
const isolated = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }

interface Place {
  /** Under `host.localhost`, so that the app and its API are of one site. */
  readonly port: number
  readonly url: string
}

async function choosePlace(name: string): Promise<Place> {
  const port = await freePort()
  return { port, url: `http://${name}.host.localhost:${port}` }
}

interface Wanted {
  readonly script?: string
  readonly attributes?: string
  /** Where the token source is, if not here. */
  readonly api?: string
  /** What `style-src` allows. */
  readonly styles?: string
}

/** Serves the document's own page, with what stands for the reader's addresses put in. */
async function serve(
  t: TestContext,
  { port }: Place,
  sites: Sites,
  { script = '', attributes = '', api = '', styles = "'self'" }: Wanted,
): Promise<StaticHost> {
  const page = snippet('page', document)
    .replace(cdnFile, '/connector-auth.min.js')
    .replace('sha384-…', readIntegrity()['connector-auth.min.js'] ?? '')
    .replace(`"${backendOf}"`, `"${sites.backendUrl}" ${attributes}`)
    .replace('"google"', '"acme"')
  const policy = snippet('policy', document)
    .trim()
    .replace("style-src 'self'", `style-src ${styles}`)
    .replace('https://api.example', `${sites.backendUrl} ${api}`)
  const host = await startStaticHost({
    name: 'app.host',
    port,
    pages: { '/': page, '/app.js': script, '/blank': '' },
    headers: { 'content-security-policy': policy, ...isolated },
  })
  t.after(host.close)
  return host
}

interface Visit {
  readonly page: Page
  readonly app: Frame
  readonly complaints: string[]
  /** Whom the page asked. */
  readonly origins: Set<string>
}

async function visit(context: BrowserContext, url: string): Promise<Visit> {
  const page = await context.newPage()
  const complaints: string[] = []
  const origins = new Set<string>()
  page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())))
  page.on('pageerror', (error) => void complaints.push(String(error)))
  page.on('request', (request) => void origins.add(new URL(request.url()).origin))
  await page.goto(url)
  const app = page.mainFrame()
  await app.getByRole('button', { name: 'Connect Acme Cloud' }).waitFor()
  return { page, app, complaints, origins }
}

const names = (app: Frame): Promise<string[]> => app.evaluate(() => Object.getOwnPropertyNames(globalThis))

test("the document's page connects and disconnects with an identity provider's JWT, and is left as it was", async (t) => {
  const keys = await startKeyServer(t)
  const place = await choosePlace('app')
  const jwt = { jwksUrl: keys.jwksUrl, issuer: keys.issuer, audience, claims: { subject: 'sub' } }
  const sites = await startSites(t, { backend: { allowedOrigins: [place.url], jwt }, also: [keys.issuer] })
  const script = `const yourIdentityProvider = { getToken: () => ${JSON.stringify(await keys.sign())} }\n${snippet('jwt', document)}`
  const host = await serve(t, place, sites, { script })
  const context = await openBrowser(sites)
  const blank = await context.newPage()
  await blank.goto(`${host.url}/blank`)
  const before = await names(blank.mainFrame())
  const { page, app, complaints, origins } = await visit(context, host.url)
  const popup = await popupOf(page, app, 'Connect Acme Cloud')
  await Promise.all([popup.waitForEvent('close'), say(popup)])
  await shows(app, 'connected')
  await app.getByRole('button', { name: 'Disconnect Acme Cloud' }).click()
  await app.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click()
  await shows(app, 'idle')
  assert.deepEqual(
    (await eventsOf(app)).filter((name) => !/status-change|ready/.test(name)),
    ['open', 'popup-opened', 'returned', 'connected', 'disconnected'].map((name) => `connector-auth-${name}`),
    'and no violation',
  )
  assert.deepEqual(complaints, [])
  assert.deepEqual([...origins].toSorted(), [host.url, new URL(sites.backendUrl).origin].toSorted())
  assert.deepEqual(
    (await names(app)).filter((name) => !before.includes(name)),
    [],
    'no global name',
  )
  assert.equal(await app.locator('head > *').count(), 4)
  assert.equal(await app.locator('body > *').count(), 1)
  assert.equal(await app.evaluate(() => globalThis.crossOriginIsolated), true)
  assert.equal(new Set(host.asked).size, host.asked.length, 'each file is asked for once')
})

test("the document's page connects with a token-url on the host's API origin, by the user's cookie", async (t) => {
  const place = await choosePlace('app')
  const api = await choosePlace('api')
  const apiKey = `cak_${'cd'.repeat(32)}`
  const sites = await startSites(t, { backend: { allowedOrigins: [place.url], apiKeys: [apiKey] } })
  const mint = createMint({ url: sites.backendUrl, apiKey, allowedOrigins: [place.url] })
  const server = createServer((request, response) => {
    const user = /user=(\w+)/.exec(request.headers.cookie ?? '')?.[1]
    const headers = Object.entries(request.headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as [string, string]] : [],
    )
    const asked = new Request(`${api.url}${request.url}`, { method: request.method ?? 'GET', headers })
    void (user ? mint(asked, { subject: user }) : Promise.resolve(new Response(null, { status: 401 }))).then(
      async (answer) => response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text()),
    )
  })
  await new Promise<void>((resolve) => server.listen(api.port, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const host = await serve(t, place, sites, {
    attributes: `token-url="${api.url}/connect-token"`,
    api: api.url,
    styles: "'none'",
  })
  const context = await openBrowser(sites)
  await context.addCookies([{ name: 'user', value: 'ana', url: api.url }])
  const { page, app, complaints } = await visit(context, host.url)
  const popup = await popupOf(page, app, 'Connect Acme Cloud')
  await Promise.all([popup.waitForEvent('close'), say(popup)])
  await shows(app, 'connected')
  assert.deepEqual(complaints, [])
  assert.equal(
    (await eventsOf(app)).some((name) => name.startsWith('violation')),
    false,
  )
})

test('two copies and a tag that another has taken do not disturb each other, and what was set before is kept', async (t) => {
  const tag = '<connector-auth base-url="/connector-auth" connector-id="acme"></connector-auth>'
  const copies = ['/connector-auth.min.js', '/connector-auth.min.js?another', '/connector-auth.min.js']
  const pages = {
    '/': `<!doctype html><html lang="en"><title>Host app</title><body>${tag}<script src="/early.js"></script>${copies
      .map((src) => `<script type="module" src="${src}"></script>`)
      .join('')}</body></html>`,
    // Before any copy has run: plain properties of an element that is not there yet.
    '/early.js': `const element = document.querySelector('connector-auth')
globalThis.asked = 0
element.getAuthToken = () => { asked++; return 'x'.repeat(8) }
element.text = { connect: 'Link up' }`,
  }
  const host = await startStaticHost({ pages })
  t.after(host.close)
  const sites = await startSites(t)
  const context = await openBrowser(sites)
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => void errors.push(String(error)))
  await page.goto(host.url)
  await page.getByText('token_source_failed').waitFor()
  const seen = await page.evaluate(async (addresses) => {
    const element = window.document.querySelector('connector-auth')
    const modules = await Promise.all(addresses.map((address): Promise<unknown> => import(address)))
    const classes = modules.map((module) => Reflect.get(Object(module), 'ConnectorAuth'))
    return {
      winners: classes.map((one) => element?.constructor === one),
      own: Object.getOwnPropertyNames(element).filter((name) => /getAuthToken|text/.test(name)),
      asked: Reflect.get(globalThis, 'asked') > 0,
      text: Reflect.get(Object(element), 'text'),
    }
  }, copies)
  assert.deepEqual(seen, { winners: [true, false, true], own: [], asked: true, text: { connect: 'Link up' } })
  assert.deepEqual(errors, [])
})
