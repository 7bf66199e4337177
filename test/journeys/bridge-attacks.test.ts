/** The attacks on the bridge, against the real element; after each, its control: the same with an honest person succeeds. */

import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { BrowserContext, Page } from 'playwright-core'
import { request as send } from 'undici'
import { type Sites, openApp, openBrowser, popupOf, say, shows, startSites } from './sites.ts'

const button = 'Connect Acme Cloud'

/** Somebody's attempt, and what they know of it: all that they could send to another. */
interface Attempt {
  readonly page: Page
  readonly popup: Page
  readonly session: string
  readonly secret: string
  /** The authorization server's address, of this attempt. */
  readonly address: string
}

async function attemptOf(sites: Sites, who: string): Promise<Attempt> {
  const context = await openBrowser(sites)
  await context.addCookies([{ name: 'who', value: who, url: sites.appUrl }])
  const entered = context.waitForEvent('request', (request) => request.url() === `${sites.backendUrl}/bridge`)
  const sent = context.waitForEvent('request', (request) => request.url().includes('code_challenge='))
  const { page, app } = await openApp(sites, 'top', context)
  const popup = await popupOf(page, app, button)
  const form = new URLSearchParams((await entered).postData() ?? '')
  const address = (await sent).url()
  await popup.getByTestId('login-alice').waitFor()
  return { page, popup, session: form.get('session') ?? '', secret: form.get('secret') ?? '', address }
}

/** The attacker has begun an attempt; the victim is somebody else, with another browser. */
async function scene(t: TestContext, options?: Parameters<typeof startSites>[1]) {
  const sites = await startSites(t, options)
  const attacker = await attemptOf(sites, 'mallory')
  const victim = await openBrowser(sites)
  return { sites, attacker, victim, page: await victim.newPage() }
}

/** The control: who began the attempt ends it, in the browser in which it was begun. */
async function ends({ page, popup }: Attempt): Promise<void> {
  await Promise.all([popup.waitForEvent('close'), say(popup)])
  await shows(page.mainFrame(), 'connected')
}

const statusOf = ({ page }: Attempt) =>
  page.evaluate(() => (document.querySelector('connector-auth') as { status?: string } | null)?.status)

/** A page on another origin, with whatever its owner likes. */
async function evilPage(context: BrowserContext, html: string, url = 'http://evil.localhost:1/'): Promise<Page> {
  await context.route(url, (route) => route.fulfill({ contentType: 'text/html', body: html }))
  const page = await context.newPage()
  await page.goto(url)
  return page
}

const formOf = ({ session, secret }: Attempt, action: string) =>
  `<form method="post" action="${action}"><input name="session" value="${session}"><input name="secret" value="${secret}"><button>Win a prize</button></form>`

test('attack 1: the address of the authorization server, sent to a victim', async (t) => {
  const { attacker, page } = await scene(t)
  await page.goto(attacker.address)
  await say(page)
  await page.getByText('was not started here').waitFor()
  assert.equal(await statusOf(attacker), 'waiting')
  await ends(attacker)
})

test('attack 2: a link to the entrance, with the secret in it', async (t) => {
  const { sites, attacker, page } = await scene(t)
  const { session, secret } = attacker
  for (const link of [`?${new URLSearchParams({ session, secret }).toString()}`, `#${session}&${secret}`]) {
    const answer = await page.goto(`${sites.backendUrl}/bridge${link}`)
    assert.ok([404, 405].includes(answer?.status() ?? 0), `${answer?.status()}`)
  }
  assert.deepEqual(await page.context().cookies(sites.backendUrl), [])
  await ends(attacker)
})

test('attack 3: a form on a foreign page, a fetch, and a redirect of the app that anyone can aim', async (t) => {
  const { sites, attacker, victim } = await scene(t)
  const entrance = `${sites.backendUrl}/bridge`
  const refused = async (page: Page) => {
    await page.getByRole('button', { name: 'Win a prize' }).click()
    await page.getByText('was not started here').waitFor()
    await page.close()
  }
  await refused(await evilPage(victim, formOf(attacker, entrance)))
  await refused(await evilPage(victim, formOf(attacker, `${sites.appUrl}/aim?${encodeURIComponent(entrance)}`)))
  const evil = await evilPage(victim, '')
  const body = new URLSearchParams({ session: attacker.session, secret: attacker.secret }).toString()
  await evil.evaluate(
    async ([url, text]) => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      await fetch(url, { method: 'POST', body: text, headers, credentials: 'include', mode: 'no-cors' }).catch(() => 0)
    },
    [entrance, body] as const,
  )
  assert.deepEqual(await victim.cookies(sites.backendUrl), [], 'no browser but the own one was bound')
  await ends(attacker)
})

test('attack 4: a link into the app that names an attempt is nothing to the element', async (t) => {
  const { sites, attacker, page } = await scene(t)
  const state = new URL(attacker.address).searchParams.get('state') ?? ''
  for (const query of [`session=${attacker.session}`, `state=${state}&code=x`, `id=${attacker.session}#resume`]) {
    await page.goto(`${sites.appUrl}/?${query}`)
    await page.getByRole('button', { name: button }).waitFor()
  }
  // The attacker's own page goes on, by what only it has kept.
  await attacker.page.reload()
  await attacker.page.getByText('Continue in the new window.').waitFor()
  await ends(attacker)
})

for (const policy of ['no-referrer', 'same-origin'])
  test(`attack 4e: a form without script, put into the app's own page, under Referrer-Policy ${policy}`, async (t) => {
    const { sites, attacker, victim } = await scene(t, { headers: () => ({ 'referrer-policy': policy }) })
    const page = await victim.newPage()
    await page.goto(sites.appUrl)
    await inject(page, formOf(attacker, `${sites.backendUrl}/bridge`))
    await page.getByText('was not started here').waitFor()
    // The control is the element's own form, which says where it comes from in spite of the policy.
    await ends(attacker)
  })

test('attack 4e wins without such a policy, as docs/security.md says: the test that the others rest on', async (t) => {
  const { sites, attacker, victim } = await scene(t)
  const page = await victim.newPage()
  await page.goto(sites.appUrl)
  await inject(page, formOf(attacker, `${sites.backendUrl}/bridge`))
  await page.getByTestId('login-alice').waitFor()
})

async function inject(page: Page, html: string): Promise<void> {
  await page.evaluate((text) => document.body.insertAdjacentHTML('beforeend', text), html)
  await page.getByRole('button', { name: 'Win a prize' }).click()
}

test("attack 5: the attacker's code in a victim's browser, with either one's state", async (t) => {
  const { sites, attacker } = await scene(t)
  const callback = `${sites.backendUrl}/callback/default/acme`
  // The attacker consents, and keeps the answer from the backend: without the cookie it takes none.
  await attacker.page.context().clearCookies({ domain: 'localhost', name: /^ca_/ })
  const came = attacker.popup.waitForRequest((request) => request.url().startsWith(callback))
  await say(attacker.popup)
  const answer = (await came).url()
  const code = new URL(answer).searchParams.get('code') ?? ''
  assert.ok(code)

  // 5a: with the attacker's own state.
  const victim = await attemptOf(sites, 'ana')
  const window = await victim.page.context().newPage()
  await window.goto(answer)
  await window.getByText('was not started here').waitFor()
  assert.equal(await statusOf(victim), 'waiting')

  // 5b: with the victim's, should it ever leak: the code was asked for with another challenge.
  const leaked = new URL(answer)
  leaked.searchParams.set('state', new URL(victim.address).searchParams.get('state') ?? '')
  await window.goto(leaked.href)
  await shows(victim.page.mainFrame(), 'failed')
  await victim.page.getByText('redemption_rejected').waitFor()

  // 5c: without a browser, and without the secret.
  const { session, secret } = await attemptOf(sites, 'ben')
  // Not fetch, which says that it is one.
  const post = async (form: Record<string, string>) => {
    const answered = await send(`${sites.backendUrl}/bridge`, {
      method: 'POST',
      headers: { origin: sites.appUrl, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
    })
    await answered.body.dump()
    return answered.statusCode
  }
  assert.equal(await post({ session, secret: 'x'.repeat(43) }), 403)
  assert.equal(await post({ session, secret }), 200, 'the control: the secret is what was missing')
  await ends(await attemptOf(sites, 'eve'))
})
