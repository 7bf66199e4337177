/** What should happen in each scenario, looked at as QA would. */

import assert from 'node:assert/strict'
import { cobalt, dune, ember } from '../../../demo/connectors/keyed.ts'
import type { ScenarioId } from '../../../demo/scenarios/index.ts'
import { type Bench, answer, connectAtOnce, connectButton } from './quality.ts'

export type Check = (bench: Bench) => Promise<void>

/** Connects by the window, with clicks. */
const connectByWindow: Check = async (bench) => {
  await answer(await bench.opens(connectButton))
  await bench.says('Connected as alice@example.com')
  assert.equal(await bench.logged('connected'), 1)
}

/** Says yes in this tab, which then comes back. */
const answerInThisTab: Check = async ({ page, says, logged }) => {
  await page.getByTestId('login-alice').click()
  await page.getByTestId('consent-allow').click()
  await says('Connected as alice@example.com')
  assert.equal(await logged('connected'), 1)
}

const looked: Check = async (bench) => {
  await bench.card.getByRole('button').first().waitFor()
  await connectAtOnce(bench)
}

export const checks: Readonly<Record<ScenarioId, Check>> = {
  async success(bench) {
    await connectByWindow(bench)
    await bench.says(/^Connected on \w/)
  },
  async denied(bench) {
    await answer(await bench.opens(connectButton), 'deny')
    await bench.says('You declined')
    assert.equal(await bench.logged('denied'), 1)
  },
  async cancelled(bench) {
    const popup = await bench.opens(connectButton)
    await bench.press('Cancel')
    await bench.says('Cancelled. Nothing was connected.')
    await answer(popup)
    await bench.says('It was granted after you had cancelled.')
    assert.equal(await bench.logged('cancelled'), 1)
    assert.equal(await bench.byTestId('events').locator('[data-event="connected"]').count(), 0)
  },
  async closed(bench) {
    const popup = await bench.opens(connectButton)
    await popup.getByTestId('login-alice').waitFor()
    await popup.close()
    await bench.page.bringToFront()
    await bench.says('Window closed? Reopen it.')
    await answer(await bench.opens('Reopen'))
    await bench.says('Connected as alice@example.com')
    assert.equal(await bench.logged('connected'), 1)
  },
  async blocked(bench) {
    await bench.press(connectButton)
    await bench.says('Your browser blocked the window.')
    await bench.logged('popup-blocked')
    await bench.press('Continue in this tab')
    await answerInThisTab(bench)
  },
  async redirect(bench) {
    await bench.press(connectButton)
    await answerInThisTab(bench)
  },
  async reload(bench) {
    const popup = await bench.opens(connectButton)
    await popup.getByTestId('login-alice').waitFor()
    await bench.page.reload()
    await bench.card.getByRole('button', { name: 'Cancel' }).waitFor()
    await answer(popup)
    await bench.says('Connected as alice@example.com')
  },
  async slow(bench) {
    await bench.press(connectButton)
    await bench.says('Connecting…')
    await bench.says('Connected as alice@example.com')
  },

  async 'service-down'(bench) {
    await bench.press(connectButton)
    await bench.says(/authorization_server_unavailable · Request req_/)
    assert.equal(await bench.logged('failed'), 1)
    await bench.act('service-up')
    await bench.press('Try again')
    await bench.says('Connected as alice@example.com')
  },
  async 'backend-down'(bench) {
    await bench.card.getByRole('button', { name: connectButton }).waitFor()
    await bench.act('stop-backend')
    await bench.press(connectButton)
    await bench.says('The backend answered 502. Try again.')
    await bench.says('backend_unreachable')
    await bench.act('start-backend')
    await bench.press('Try again')
    await bench.says('Connected as alice@example.com')
  },
  async 'backend-down-at-load'(bench) {
    await bench.says(/^The site's server does not answer: 502 from .*connect-token. Try again in a moment.$/)
    await bench.says('token_source_unavailable')
    await bench.act('start-backend')
    await bench.press('Try again')
    await bench.card.getByRole('button', { name: connectButton }).waitFor()
  },
  async offline(bench) {
    await connectAtOnce(bench)
    await bench.act('go-offline')
    await assertGone(bench)
    await bench.tool('read-token', /from the cache/)
    await bench.tool('refresh-token', /cannot be reached/)
    await bench.says('Connected as alice@example.com')
    await bench.demo.comeBack()
    await bench.tool('refresh-token', /from the backend/)
  },
  async 'storage-broken'(bench) {
    await connectAtOnce(bench)
    assert.equal(await bench.logged('storage-degraded'), 1)
    await bench.tool('read-token', /characters/)
    await bench.tool('read-token', /from the cache/)
  },

  async 'coop-service'(bench) {
    const popup = await bench.opens(connectButton)
    const response = await bench.context.request.get(`${bench.demo.authorizationServer.url}/`)
    assert.equal(response.headers()['cross-origin-opener-policy'], 'same-origin')
    await answer(popup)
    await bench.says('Connected as alice@example.com')
  },
  async 'coop-page'(bench) {
    const response = await bench.context.request.get(bench.page.url())
    assert.equal(response.headers()['cross-origin-opener-policy'], 'same-origin')
    await connectByWindow(bench)
  },
  async 'isolated-page'(bench) {
    assert.equal(await bench.app.evaluate(() => crossOriginIsolated), true)
    await connectAtOnce(bench)
  },
  async 'strict-csp'(bench) {
    await connectAtOnce(bench)
    await disconnect(bench)
    assert.equal(await bench.byTestId('events').locator('[data-event="policy violation"]').count(), 0)
  },
  async 'third-party-frame'(bench) {
    assert.notEqual(new URL(bench.page.url()).hostname, new URL(bench.app.url()).hostname)
    await connectByWindow(bench)
  },

  async 'partial-scopes'(bench) {
    const popup = await bench.opens(connectButton)
    await popup.getByTestId('login-alice').click()
    await popup.getByTestId('scope-files.read').uncheck()
    await Promise.all([popup.waitForEvent('close'), popup.getByTestId('consent-allow').click()])
    await bench.says('Connected as alice@example.com')
    await bench.byTestId('events').getByText('missingScopes=["files.read"]').waitFor()
    const again = await bench.opens('Grant the rest')
    await Promise.all([again.waitForEvent('close'), again.getByTestId('consent-allow').click()])
    await bench.byTestId('events').getByText('missingScopes=[]').waitFor()
    await bench.byTestId('backend').getByText('offline_access files.read').waitFor()
    assert.equal((await bench.byTestId('backend').textContent())?.match(/acme \/ /g)?.length, 1)
  },
  async 'no-refresh-token'(bench) {
    await connectAtOnce(bench)
    await bench.page.waitForTimeout(1_100)
    await bench.tool('read-token', /./)
    await bench.logged('needs-reconnect')
    await bench.says('Access ended')
  },
  async 'expired-token'(bench) {
    await connectAtOnce(bench)
    const first = await bench.tool('read-token', /characters/)
    await bench.page.waitForTimeout(1_100)
    const second = await bench.tool('read-token', /characters/)
    assert.notEqual(first.split('\n')[0], second.split('\n')[0])
    await bench.tool('call-api', /^200 /)
  },
  async 'refresh-revoked'(bench) {
    await connectAtOnce(bench)
    await bench.act('revoke')
    await bench.tool('refresh-token', /./)
    await bench.logged('needs-reconnect')
    await bench.press('Reconnect')
    await bench.says('Connected as alice@example.com')
    const ids = await bench.byTestId('events').locator('[data-event="connected"] span').allTextContents()
    assert.equal(new Set(ids.map((line) => /connectionId=(\S+)/.exec(line)?.[1])).size, 1)
    assert.equal(ids.length, 2)
  },

  async 'api-key'(bench) {
    await send(bench, { 'API key': cobalt.values.apiKey })
    await bench.says('Connected as ana@cobalt-mail.example')
    await bench.tool('call-api', /^200 /)
    const seen = [await bench.byTestId('events').textContent(), await bench.byTestId('cache').textContent()].join()
    assert.doesNotMatch(seen, new RegExp(cobalt.values.apiKey))
  },
  async 'api-key-wrong'(bench) {
    await send(bench, { 'API key': 'cobalt_00000000' })
    await bench.says('Cobalt Mail does not know this API key.')
    assert.equal(await bench.card.getByLabel('API key', { exact: true }).inputValue(), 'cobalt_00000000')
    await send(bench, { 'API key': cobalt.values.apiKey })
    await bench.says('Connected as ana@cobalt-mail.example')
  },
  async basic(bench) {
    await bench.press('Connect')
    await bench.card.getByLabel('User name').fill(dune.values.username)
    await bench.card.getByLabel('Password', { exact: true }).fill(dune.values.password)
    await bench.page.keyboard.press('Enter')
    await bench.says('Connected as ana@dune.example')
  },
  async bearer(bench) {
    await send(bench, { Token: ember.values.token })
    await bench.says('Connected as ana@ember-search.example')
    await disconnect(bench)
  },

  async 'another-user'(bench) {
    await connectAtOnce(bench)
    await bench.byTestId('sign-in-ben').click()
    await bench.card.getByRole('button', { name: connectButton }).waitFor()
    await bench.tool('read-token', /Not connected/)
    await bench.byTestId('cache').filter({ hasNotText: 'sealed bytes' }).waitFor()
    await bench.byTestId('sign-in-ana').click()
    await bench.says('Connected as alice@example.com')
  },
  async 'two-accounts'(bench) {
    await connectByWindow(bench)
    const popup = await bench.opens('Add another account')
    await popup.getByTestId('consent-switch').click()
    await answer(popup, 'allow', 'bob')
    for (const name of ['alice', 'bob']) await bench.says(`Connected as ${name}@example.com`)
    await bench.byTestId('backend').getByText('bob@example.com').waitFor()
    await bench.card
      .locator('connector-auth')
      .filter({ hasText: 'alice@' })
      .getByRole('button', { name: 'Disconnect' })
      .click()
    await bench.card.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click()
    await bench.byTestId('backend').filter({ hasNotText: 'alice@' }).waitFor()
    await bench.says('Connected as bob@example.com')
  },
  async list(bench) {
    await bench.card
      .getByRole('button', { name: /^Connect / })
      .nth(39)
      .waitFor({ state: 'attached' })
    await bench.card.getByRole('searchbox').fill('crm')
    await bench.says('2 found')
    await bench.press('Connect Borealis CRM')
    await bench.says('Connected as alice@example.com')
  },
  async 'list-handed-over'(bench) {
    await answer(await bench.opens('Connect Borealis CRM'))
    await bench.says('Connected as alice@example.com')
    await bench.opens('Connect Blue Harbour')
    await bench.says('Continue in the new window.')
    await bench.card.evaluate((element) => element.setAttribute('data-before', ''))
    await bench.byTestId('sign-in-ben').click()
    const connect = bench.card.getByRole('button', { name: /^Connect / })
    await connect.nth(39).waitFor({ state: 'attached' })
    assert.equal(await connect.count(), 40)
    assert.equal(await bench.card.getAttribute('data-before'), '')
    assert.equal(await bench.card.locator('connector-auth').count(), 0)
    assert.equal(await bench.logged('cancelled'), 1)
    await bench.byTestId('cache').filter({ hasNotText: 'sealed bytes' }).waitFor()
    await bench.byTestId('sign-in-ana').click()
    await bench.card.getByRole('button', { name: 'Manage Borealis CRM' }).waitFor()
    assert.equal(await connect.count(), 39)
  },
  async 'another-account'(bench) {
    await connectAtOnce(bench)
    await bench.act('revoke')
    await bench.tool('refresh-token', /./)
    await bench.logged('needs-reconnect')
    const popup = await bench.opens('Reconnect')
    await popup.getByTestId('consent-switch').click()
    await answer(popup, 'allow', 'bob')
    await bench.says('account_mismatch')
    await bench.byTestId('backend').getByText('alice@example.com').waitFor()
  },
  async 'shared-computer'(bench) {
    await connectAtOnce(bench)
    await bench.tool('read-token', /from the cache/)
    await bench.byTestId('cache').getByText('Nothing is cached.').waitFor()
  },
  async 'two-elements'(bench) {
    await connectAtOnce(bench)
    await bench.page.reload()
    for (const index of [0, 1])
      await bench.app.locator('connector-auth').nth(index).getByText('Connected as alice@example.com').waitFor()
  },

  async dark(bench) {
    const scheme = await bench.card.evaluate((element) => getComputedStyle(element).colorScheme)
    assert.equal(scheme, 'dark')
    assert.equal(await bench.byTestId('scheme').getAttribute('aria-label'), 'Colours: dark. Change.')
    await looked(bench)
  },
  async rtl(bench) {
    assert.equal(await bench.card.evaluate((element) => getComputedStyle(element).direction), 'rtl')
    await looked(bench)
  },
  english: inLanguage('Connect Acme Cloud', 'Connected as alice@example.com'),
  german: inLanguage('Acme Cloud verbinden', 'Verbunden als alice@example.com'),
  french: inLanguage('Connecter Acme Cloud', 'Connecté en tant que'),
  spanish: inLanguage('Conectar Acme Cloud', 'Conectado como'),
  japanese: inLanguage('Acme Cloudに接続', 'として接続済み'),
  arabic: inLanguage('ربط', 'مرتبط بالحساب'),
}

/** Connects where consent is given at once, in the words of a language. */
function inLanguage(button: string, connected: string): Check {
  return async ({ card, says }) => {
    await card.getByRole('button', { name: button }).click()
    await says(connected)
  }
}

/** Ends the connection, also where that has to be confirmed. */
async function disconnect({ card, press, logged }: Bench): Promise<void> {
  await press('Disconnect')
  const confirmed = card.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click()
  await Promise.race([logged('disconnected'), confirmed.then(() => logged('disconnected'))])
}

/** Opens the form and sends what is typed. */
async function send({ card, press }: Bench, values: Readonly<Record<string, string>>): Promise<void> {
  const form = card.getByRole('dialog')
  if (!(await form.isVisible())) await press('Connect')
  for (const [label, value] of Object.entries(values)) await form.getByLabel(label, { exact: true }).fill(value)
  await form.getByRole('button', { name: 'Connect' }).click()
}

/** Waits until the app's port refuses. */
async function assertGone({ demo }: Bench): Promise<void> {
  for (let round = 0; round < 40; round += 1) {
    const answered = await fetch(`${demo.url}/session`).then(
      () => true,
      () => false,
    )
    if (!answered) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  assert.fail('the app still answers')
}
