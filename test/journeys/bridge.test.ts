/** The bridge in a real browser: backend, authorization server and app are three sites, and the page does by hand what a client does. */

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { type TestContext, test } from 'node:test'
import { type Browser, type Page, chromium } from 'playwright-core'
import { type AuthorizationServer, startAuthorizationServer } from '../../demo/authorization-server/index.ts'
import { acme } from '../../demo/connector.ts'
import { listen } from '../../src/node/index.ts'
import { type Backend, type BackendOptions, createBackend, sqliteStore } from '../../src/server/index.ts'
import { chromiumFlags, findChromium } from '../../tools/chromium.ts'
import { freePort } from '../support/free-port.ts'

interface Sites {
  readonly backend: Backend
  readonly backendUrl: string
  readonly appUrl: string
  readonly authorizationServer: AuthorizationServer
  readonly browser: Browser
}

const client = { clientId: 'bridge-app', clientName: 'The bridged app', clientSecret: 'x'.repeat(48) }

/** An app under the headers that hurt: its own opener policy, no referrer, and a strict content policy. */
function startApp(t: TestContext, port: number, backendUrl: string): Promise<void> {
  const policy = `default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; connect-src ${backendUrl}; form-action ${backendUrl}`
  const server = createServer((_, response) => {
    response
      .writeHead(200, {
        'content-type': 'text/html',
        'content-security-policy': policy,
        'cross-origin-opener-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
      })
      .end('<!doctype html><title>App</title><button>Connect</button>')
  })
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return new Promise((resolve) => server.listen(port, '127.0.0.1', resolve))
}

async function startSites(t: TestContext, changes: Partial<BackendOptions> = {}): Promise<Sites> {
  const port = await freePort()
  const appPort = await freePort()
  const backendUrl = `http://localhost:${port}`
  const appUrl = `http://app.localhost:${appPort}`
  const redirectUris = [`${backendUrl}/callback/default/acme`]
  const authorizationServer = await startAuthorizationServer({
    port: 0,
    file: ':memory:',
    clients: [{ ...client, redirectUris }],
  })
  const backend = createBackend({
    publicUrl: backendUrl,
    dev: true,
    store: sqliteStore(':memory:'),
    connectors: [acme(authorizationServer.issuer)],
    clients: { acme: client },
    allowedOrigins: [appUrl],
    egress: { allow: [authorizationServer.issuer] },
    ...changes,
  })
  await backend.ready()
  const listening = await listen(backend, { port, hostname: 'localhost' })
  await startApp(t, appPort, backendUrl)
  const browser = await chromium.launch({ executablePath: findChromium(), args: [...chromiumFlags] })
  t.after(async () => {
    await browser.close()
    await listening.close()
    await Promise.all([backend.close(), authorizationServer.close()])
  })
  return { backend, backendUrl, appUrl, authorizationServer, browser }
}

/** A signed-in person's page with an attempt prepared; a click on its button opens the bridge. */
async function openApp({ backend, backendUrl, appUrl, browser }: Sites, subject: string): Promise<Page> {
  const { token } = await backend.mintConnectToken({ subject, label: `${subject}@app.test` })
  const page = await (await browser.newContext()).newPage()
  page.setDefaultTimeout(15_000)
  await page.goto(appUrl)
  await page.evaluate(prepareBridge, [backendUrl, token] as const)
  return page
}

/** Runs in the page: what a client does on the bridge. */
async function prepareBridge([backendUrl, token]: readonly [string, string]): Promise<void> {
  const base64url = (bytes: Uint8Array) =>
    btoa(String.fromCharCode(...bytes))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '')
  const secretText = () => base64url(crypto.getRandomValues(new Uint8Array(32)))
  const hash = async (text: string) =>
    base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))))
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const call = async (method: string, path: string, body?: unknown) => {
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    return (await fetch(`${backendUrl}/api/v1${path}`, init)).json()
  }
  const [verifier, secret] = [secretText(), secretText()]
  const created = await call('POST', '/auth-sessions', {
    connectorId: 'acme',
    codeChallenge: await hash(verifier),
    bindingHash: await hash(secret),
  })
  const bridge = {
    created,
    progress: (after?: string) => call('GET', `/auth-sessions/${created.id}/progress${after ? `?after=${after}` : ''}`),
    redeem: () => call('POST', `/auth-sessions/${created.id}/redeem`, { verifier }),
    me: async () => {
      const more = { ...headers, 'x-of-the-app': '1' }
      const answer = await fetch(`${backendUrl}/api/v1/proxy/acme/api/api/me`, { headers: more })
      return { ...(await answer.json()), proxied: answer.headers.get('connector-auth-proxied') }
    },
  }
  Object.assign(globalThis, { bridge })
  document.querySelector('button')?.addEventListener('click', () => {
    const popup = window.open('', '_blank', 'popup,width=500,height=600')
    if (!popup) throw new Error('The popup was blocked.')
    const inside = popup.document
    const referrer = inside.createElement('meta')
    referrer.name = 'referrer'
    referrer.content = 'origin'
    inside.head.append(referrer)
    popup.opener = null
    const form = inside.createElement('form')
    form.method = 'post'
    form.action = created.startUrl
    for (const [name, value] of Object.entries({ session: created.id, secret })) {
      const field = inside.createElement('input')
      Object.assign(field, { type: 'hidden', name, value })
      form.append(field)
    }
    inside.body.append(form)
    form.submit()
  })
}

const ask = <T>(page: Page, method: 'created' | 'progress' | 'redeem' | 'me', after?: string): Promise<T> =>
  page.evaluate(
    async ([name, value]) => {
      const { bridge } = globalThis as unknown as { bridge: Record<string, unknown> }
      const found = bridge[name]
      return typeof found === 'function' ? found(value) : found
    },
    [method, after] as const,
  ) as Promise<T>

async function enter(page: Page): Promise<Page> {
  const [popup] = await Promise.all([page.waitForEvent('popup'), page.getByRole('button').click()])
  return popup
}

async function consent(popup: Page): Promise<void> {
  await popup.getByTestId('login-alice').click()
  await popup.getByTestId('consent-allow').click()
}

test('a page on another site connects over the bridge, whatever its own headers are', async (t) => {
  const sites = await startSites(t)
  const page = await openApp(sites, 'ana')
  const created = await ask<{ road: string; redirectUrl: null }>(page, 'created')
  assert.deepEqual([created.road, created.redirectUrl], ['bridge', null])
  assert.deepEqual(await ask(page, 'progress'), { progress: 'pending' })
  const popup = await enter(page)
  assert.deepEqual(await ask(page, 'progress', 'pending'), { progress: 'started' })
  const [returned] = await Promise.all([ask(page, 'progress', 'started'), popup.waitForEvent('close'), consent(popup)])
  assert.deepEqual(returned, { progress: 'returned' })
  const outcome = await ask<{ status: string; account: { name: string }; credentials: object }>(page, 'redeem')
  assert.deepEqual([outcome.status, outcome.account.name], ['ACTIVE', 'alice@example.com'])
  assert.ok(outcome.credentials)
  const me = await ask<{ email: string; proxied: string }>(page, 'me')
  assert.deepEqual([me.email, me.proxied], ['alice@example.com', 'true'], 'the proxy, across origins')
  assert.deepEqual(await page.context().cookies(sites.backendUrl), [], 'the binding is gone with the attempt')
})

test("whoever is sent the provider's page of another's attempt connects nothing; who started it does", async (t) => {
  const sites = await startSites(t)
  const attacker = await openApp(sites, 'mallory')
  const asked = attacker.context().waitForEvent('request', (request) => request.url().includes('code_challenge='))
  const popup = await enter(attacker)
  // The attacker sends this address to the victim, who is signed in at the provider and consents.
  const address = (await asked).url()
  const victim = await (await sites.browser.newContext()).newPage()
  await victim.goto(address)
  await consent(victim)
  await victim.getByText('was not started here').waitFor()
  assert.deepEqual(await ask(attacker, 'progress'), { progress: 'started' })
  const collected = await ask<{ reason: string }>(attacker, 'redeem')
  assert.equal(collected.reason, 'answer_not_there')
  // The control: the same attempt, finished in the browser that entered.
  await Promise.all([popup.waitForEvent('close'), consent(popup)])
  assert.equal((await ask<{ status: string }>(attacker, 'redeem')).status, 'ACTIVE')
})

test('where it must be confirmed, a page names the app and the person before the service is asked', async (t) => {
  const sites = await startSites(t, { tenantOrigins: true, appName: 'The App' })
  const page = await openApp(sites, 'ana')
  const popup = await enter(page)
  await popup.getByText('Connect your Acme Cloud account to The App for ana@app.test?').waitFor()
  await popup.getByRole('button', { name: 'Continue' }).click()
  await Promise.all([popup.waitForEvent('close'), consent(popup)])
  assert.equal((await ask<{ status: string }>(page, 'redeem')).status, 'ACTIVE')
})
