/** An app, a backend and a portal on three sites: the way of a page that has no callback page of its own. */

import assert from 'node:assert/strict'
import { createReadStream, existsSync } from 'node:fs'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import { join } from 'node:path'
import { type TestContext, after } from 'node:test'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Frame,
  type Page,
  chromium,
} from 'playwright-core'
import { type AuthorizationServer, startAuthorizationServer } from '../../demo/authorization-server/index.ts'
import { acme } from '../../demo/connector.ts'
import { eventNames } from '../../src/element/event-names.ts'
import { listen } from '../../src/node/index.ts'
import { type Backend, type BackendOptions, createBackend, sqliteStore } from '../../src/server/index.ts'
import { silentLogger } from '../../src/server/logger.ts'
import { chromiumFlags, findChromium } from '../../tools/chromium.ts'
import { freePort } from '../support/free-port.ts'
import { recordEvents } from './record-events.ts'

const dist = join(import.meta.dirname, '../../dist')
const client = { clientId: 'bridge-app', clientName: 'The bridged app', clientSecret: 'x'.repeat(48) }

export interface Sites {
  readonly backend: Backend
  readonly backendUrl: string
  readonly appUrl: string
  /** A page of another site, with the app in a frame. */
  readonly portalUrl: string
  readonly authorizationServer: AuthorizationServer
  readonly browser: Browser
  /** What the browser asked of the backend. */
  readonly asked: string[]
}

export interface SiteOptions {
  readonly backend?: Partial<BackendOptions>
  /** Whom the backend may call beside the authorization server. */
  readonly also?: readonly string[]
  /** Headers of the app's page. */
  readonly headers?: (backendUrl: string) => Readonly<Record<string, string>>
  readonly portalHeaders?: Readonly<Record<string, string>>
  /** Attributes of the portal's frame. */
  readonly frame?: string
  /** Attributes of the element. */
  readonly attributes?: string
  /** The element's connector; `acme` where absent. */
  readonly connectorId?: string
  readonly popupBlocker?: boolean
  /** Leaves the browser's back-forward cache on. */
  readonly backForwardCache?: boolean
}

/** What hurts a page most: its own opener policy, no referrer, and a strict content policy. */
export const strictHeaders = (backendUrl: string) => ({
  'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ${backendUrl}; form-action ${backendUrl}; require-trusted-types-for 'script'; base-uri 'none'`,
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
})

/** Starts them all; the person at the app is who the cookie says, else ana. */
export async function startSites(t: TestContext, options: SiteOptions = {}): Promise<Sites> {
  const [port, appPort, portalPort] = [await freePort(), await freePort(), await freePort()]
  const backendUrl = `http://localhost:${port}`
  const appUrl = `http://app.localhost:${appPort}`
  const portalUrl = `http://portal.localhost:${portalPort}`
  const authorizationServer = await startAuthorizationServer({
    port: 0,
    file: ':memory:',
    clients: [{ ...client, redirectUris: [`${backendUrl}/callback/default/acme`] }],
  })
  const backend = createBackend({
    publicUrl: backendUrl,
    dev: true,
    store: sqliteStore(':memory:'),
    connectors: [acme(authorizationServer.issuer)],
    clients: { acme: client },
    allowedOrigins: [appUrl],
    egress: { allow: [authorizationServer.issuer, ...(options.also ?? [])] },
    logger: silentLogger,
    ...options.backend,
  })
  await backend.ready()
  const listening = await listen(backend, { port, hostname: 'localhost' })
  const app = serve(appPort, (request, response) => answerApp(request, response, { backend, backendUrl, options }))
  const portal = serve(portalPort, (_, response) =>
    response
      .writeHead(200, { 'content-type': 'text/html', ...options.portalHeaders })
      .end(`<!doctype html><title>Portal</title><iframe src="${appUrl}/" ${options.frame ?? ''}></iframe>`),
  )
  const browser = await launch(options)
  t.after(async () => {
    for (const context of browser.contexts()) await context.close()
    for (const server of [await app, await portal]) {
      server.closeAllConnections()
      server.close()
    }
    await listening.close()
    await Promise.all([backend.close(), authorizationServer.close()])
  })
  await Promise.all([app, portal])
  return { backend, backendUrl, appUrl, portalUrl, authorizationServer, browser, asked: [] }
}

/** One browser of a kind for a file: its contexts are as apart as two people's. */
const browsers = new Map<string, Promise<Browser>>()
after(async () => {
  for (const browser of browsers.values()) await (await browser).close()
})

function launch({ popupBlocker, backForwardCache }: SiteOptions): Promise<Browser> {
  const ignoreDefaultArgs = [
    ...(popupBlocker ? ['--disable-popup-blocking'] : []),
    ...(backForwardCache ? ['--disable-back-forward-cache'] : []),
  ]
  const key = String(ignoreDefaultArgs)
  const browser =
    browsers.get(key) ??
    chromium.launch({ executablePath: findChromium(), args: [...chromiumFlags], ignoreDefaultArgs })
  browsers.set(key, browser)
  return browser
}

interface AppParts {
  readonly backend: Backend
  readonly backendUrl: string
  readonly options: SiteOptions
}

async function answerApp(
  request: IncomingMessage,
  response: ServerResponse,
  { backend, backendUrl, options }: AppParts,
): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://app').pathname
  if (path === '/token') {
    const subject = /who=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? 'ana'
    const minted = await backend.mintConnectToken({ subject, label: `${subject}@app.test` })
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(minted))
    return
  }
  // A redirect that anyone can aim, as many apps have one.
  if (path === '/aim') {
    const to = decodeURIComponent(new URL(request.url ?? '/', 'http://app').search.slice(1))
    response.writeHead(307, { location: to }).end()
    return
  }
  const file = join(dist, path)
  if (path.endsWith('.js') && existsSync(file)) {
    response.writeHead(200, { 'content-type': 'text/javascript' })
    createReadStream(file).pipe(response)
    return
  }
  const attributes = `base-url="${backendUrl}" token-url="/token" ${attributesOf(options)}`
  response
    .writeHead(200, { 'content-type': 'text/html', ...options.headers?.(backendUrl) })
    .end(
      `<!doctype html><html lang="en"><meta charset="utf-8"><title>App</title><script type="module" src="/connector-auth.min.js"></script><connector-auth ${attributes}></connector-auth></html>`,
    )
}

const attributesOf = ({ connectorId = 'acme', attributes = '' }: SiteOptions) =>
  `connector-id="${connectorId}" ${attributes}`

async function serve(
  port: number,
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<ReturnType<typeof createServer>> {
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return server
}

/** A person's own browser profile. */
export async function openBrowser(
  { browser, asked, backendUrl }: Sites,
  options?: BrowserContextOptions,
): Promise<BrowserContext> {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(15_000)
  await context.addInitScript(recordEvents, eventNames)
  context.on('request', (request) => {
    if (request.url().startsWith(backendUrl)) asked.push(`${request.method()} ${new URL(request.url()).pathname}`)
  })
  return context
}

/** Opens the app, on its own or in the portal's frame, and waits until its button is there. */
export async function openApp(sites: Sites, where: 'top' | 'frame' = 'top', context?: BrowserContext) {
  const page = await (context ?? (await openBrowser(sites))).newPage()
  await page.goto(where === 'top' ? `${sites.appUrl}/` : sites.portalUrl)
  const app = where === 'top' ? page.mainFrame() : await frameOf(page, sites.appUrl)
  await app.getByRole('button').first().waitFor()
  return { page, app }
}

async function frameOf(page: Page, url: string): Promise<Frame> {
  await page.locator('iframe').waitFor()
  const found = page.frames().find((frame) => frame.url().startsWith(url))
  assert.ok(found, 'the frame')
  return found
}

/** Clicks a button of the card, and gives the window that opens. */
export async function popupOf(page: Page, app: Frame, name: string): Promise<Page> {
  // A frame's form opens a tab of which the page is told nothing, so the whole browser is asked.
  const [popup] = await Promise.all([page.context().waitForEvent('page'), app.getByRole('button', { name }).click()])
  return popup
}

/** Signs in at the authorization server and says yes. */
export async function say(window: Page, word: 'allow' | 'deny' = 'allow'): Promise<void> {
  await window.getByTestId('login-alice').click()
  await window.getByTestId(`consent-${word}`).click()
}

/** What the page saw. */
export const eventsOf = (app: Frame): Promise<string[]> =>
  app.evaluate(() => (globalThis as unknown as { seen: string[] }).seen)

/** Waits for a state of the card. */
export const shows = (app: Frame, status: string) =>
  app.waitForFunction(
    (wanted) => (document.querySelector('connector-auth') as { status?: string } | null)?.status === wanted,
    status,
  )
