/** What should happen in each scenario, looked at as QA would. */

import assert from 'node:assert/strict'
import { cobalt, dune, ember } from '../../../demo/connectors/keyed.ts'
import type { ScenarioId } from '../../../demo/scenarios/index.ts'
import { looks } from './looks.ts'
import { countOf, endsOnceWith, fieldIn, held, keptInBrowser, loggedAt, watchHeight } from './observe.ts'
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

export const checks: Readonly<Record<ScenarioId, Check>> = {
  async success(bench) {
    await connectByWindow(bench)
    await bench.says(/^Connected on \w/)
    await endsOnceWith(bench, 'connected')
  },
  async denied(bench) {
    await answer(await bench.opens(connectButton), 'deny')
    await bench.says('You declined')
    await bench.card.getByRole('button', { name: connectButton }).waitFor()
    await endsOnceWith(bench, 'denied')
  },
  async cancelled(bench) {
    const popup = await bench.opens(connectButton)
    await bench.press('Cancel')
    await bench.says('Cancelled. Nothing was connected.')
    await answer(popup)
    await bench.says('It was granted after you had cancelled.')
    for (const name of ['Keep', 'Disconnect']) await bench.card.getByRole('button', { name }).waitFor()
    assert.equal(await bench.logged('cancelled'), 1)
    assert.equal(await countOf(bench, 'connected'), 0)
  },
  async closed(bench) {
    const popup = await bench.opens(connectButton)
    await popup.getByTestId('login-alice').waitFor()
    await popup.close()
    await bench.page.bringToFront()
    await bench.says('Window closed? Reopen it.')
    await bench.card.getByRole('button', { name: 'Cancel' }).waitFor()
    await answer(await bench.opens('Reopen'))
    await bench.says('Connected as alice@example.com')
    assert.equal(await bench.logged('connected'), 1)
    assert.equal((await fieldIn(bench, 'popup-opened', 'sessionId')).length, 1)
  },
  async blocked(bench) {
    await bench.press(connectButton)
    await bench.says('Your browser blocked the window.')
    await bench.logged('popup-blocked')
    await bench.press('Continue in this tab')
    await answerInThisTab(bench)
    assert.equal(await bench.logged('popup-blocked'), 1)
    const blocked = await fieldIn(bench, 'popup-blocked', 'sessionId')
    assert.deepEqual(await fieldIn(bench, 'connected', 'sessionId'), blocked)
  },
  async redirect(bench) {
    await bench.press(connectButton)
    await answerInThisTab(bench)
    await endsOnceWith(bench, 'connected')
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
    const heights = await watchHeight(bench)
    await bench.press(connectButton)
    await bench.says('Connecting…')
    await bench.says('Connected as alice@example.com')
    assert.ok((await loggedAt(bench, 'status=connected')) - (await loggedAt(bench, 'status=redeeming')) > 1.8)
    assert.equal((await heights()).length, 1)
  },

  async 'service-down'(bench) {
    await bench.press(connectButton)
    await bench.says(/authorization_server_unavailable · Request req_/)
    assert.equal(await bench.logged('failed'), 1)
    const report = bench.card.locator('[part=report]')
    assert.match((await report.textContent()) ?? '', /^\s*authorization_server_unavailable · Request req_\w+/)
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
    await bench.says(/^The site's server does not answer: 502 from .*connect-token. Try again.$/)
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
    assert.deepEqual([await countOf(bench, 'failed'), await countOf(bench, 'needs-reconnect')], [0, 0])
    await bench.says('Connected as alice@example.com')
    await bench.demo.comeBack()
    await bench.tool('refresh-token', /from the backend/)
  },
  async 'storage-broken'(bench) {
    await connectAtOnce(bench)
    await bench.tool('read-token', /characters/)
    await bench.tool('read-token', /from the cache/)
    assert.equal(await bench.logged('storage-degraded'), 1)
    await bench.byTestId('cache').filter({ hasNotText: 'sealed bytes' }).waitFor()
  },

  async 'coop-service'(bench) {
    const popup = await bench.opens(connectButton)
    const response = await bench.context.request.get(`${bench.demo.authorizationServer.url}/`)
    assert.equal(response.headers()['cross-origin-opener-policy'], 'same-origin')
    await popup.getByTestId('login-alice').waitFor()
    assert.equal(await popup.evaluate(() => opener), null)
    await answer(popup)
    await bench.says('Connected as alice@example.com')
  },
  async 'coop-page'(bench) {
    const response = await bench.context.request.get(bench.page.url())
    assert.equal(response.headers()['cross-origin-opener-policy'], 'same-origin')
    await connectByWindow(bench)
  },
  async 'isolated-page'(bench) {
    const response = await bench.context.request.get(bench.page.url())
    assert.equal(response.headers()['cross-origin-embedder-policy'], 'require-corp')
    assert.equal(await bench.app.evaluate(() => crossOriginIsolated), true)
    await connectAtOnce(bench)
  },
  async 'strict-csp'(bench) {
    const response = await bench.context.request.get(bench.page.url())
    const policy = response.headers()['content-security-policy'] ?? ''
    for (const part of [
      "default-src 'none'",
      "connect-src 'self'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
    ])
      assert.ok(policy.split('; ').includes(part), part)
    await connectAtOnce(bench)
    await disconnect(bench)
    assert.equal(await countOf(bench, 'policy violation'), 0)
  },
  async 'third-party-frame'(bench) {
    assert.notEqual(new URL(bench.page.url()).hostname, new URL(bench.app.url()).hostname)
    const noStorage = await bench.app.evaluate(() => {
      try {
        return localStorage.length < 0
      } catch {
        return true
      }
    })
    const entered = bench.context.waitForEvent('request', (request) => request.url().endsWith('/connector-auth/bridge'))
    await connectByWindow(bench)
    assert.equal((await entered).method(), 'POST')
    assert.equal(await countOf(bench, 'storage-degraded'), noStorage ? 1 : 0)
  },

  async 'partial-scopes'(bench) {
    const popup = await bench.opens(connectButton)
    await popup.getByTestId('login-alice').click()
    await popup.getByTestId('scope-files.read').uncheck()
    await Promise.all([popup.waitForEvent('close'), popup.getByTestId('consent-allow').click()])
    await bench.says('Connected as alice@example.com')
    await bench.byTestId('events').getByText('missingScopes=["files.read"]').waitFor()
    await bench.card.getByText('4 permissions').click()
    await bench.card.locator('[part=permissions]').getByText('files.read').waitFor()
    await bench.says('Not granted')
    const again = await bench.opens('Grant the rest')
    await Promise.all([again.waitForEvent('close'), again.getByTestId('consent-allow').click()])
    await bench.byTestId('events').getByText('missingScopes=[]').waitFor()
    await bench.byTestId('backend').getByText('offline_access files.read').waitFor()
    assert.equal((await bench.byTestId('backend').textContent())?.match(/acme \/ /g)?.length, 1)
  },
  async 'no-refresh-token'(bench) {
    await connectAtOnce(bench)
    await bench.page.waitForTimeout(2_100)
    await bench.tool('read-token', /./)
    await bench.logged('needs-reconnect')
    await bench.says('Access ended')
    await bench.card.getByRole('button', { name: 'Reconnect' }).waitFor()
  },
  async 'expired-token'(bench) {
    await connectAtOnce(bench)
    const first = await bench.tool('read-token', /characters/)
    await bench.tool('call-api', /^200 /)
    await bench.page.waitForTimeout(2_100)
    const second = await bench.tool('read-token', /characters/)
    assert.notEqual(first.split('\n')[0], second.split('\n')[0])
    await bench.tool('call-api', /^200 /)
    await bench.says('Connected as alice@example.com')
    assert.equal(await countOf(bench, 'needs-reconnect'), 0)
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
    const statuses = await fieldIn(bench, 'status-change', 'status')
    assert.deepEqual(statuses.slice(-2), ['saving', 'connected'])
    const views = await Promise.all(['events', 'cache'].map((id) => bench.byTestId(id).textContent()))
    assert.doesNotMatch([...views, await keptInBrowser(bench)].join(), new RegExp(cobalt.values.apiKey))
  },
  async 'api-key-wrong'(bench) {
    await send(bench, { 'API key': 'cobalt_00000000' })
    await bench.says('Cobalt Mail does not know this API key.')
    assert.equal(await bench.card.getByLabel('API key', { exact: true }).inputValue(), 'cobalt_00000000')
    await held(bench, 0)
    await send(bench, { 'API key': cobalt.values.apiKey })
    await bench.says('Connected as ana@cobalt-mail.example')
    await held(bench, 1)
  },
  async basic(bench) {
    await bench.press('Connect')
    const name = bench.card.getByLabel('User name')
    const password = bench.card.getByLabel('Password', { exact: true })
    assert.equal(await name.getAttribute('autocomplete'), 'username')
    assert.equal(await password.getAttribute('autocomplete'), 'current-password')
    await name.fill(dune.values.username)
    await password.fill(dune.values.password)
    await bench.page.keyboard.press('Enter')
    await bench.says('Connected as ana@dune.example')
  },
  async bearer(bench) {
    await send(bench, { Token: ember.values.token })
    await bench.says('Connected as ana@ember-search.example')
    await disconnect(bench)
    await held(bench, 0)
  },

  async 'another-user'(bench) {
    await connectAtOnce(bench)
    await bench.byTestId('sign-in-ben').click()
    await bench.card.getByRole('button', { name: connectButton }).waitFor()
    await bench.says('Not connected')
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
    await held(bench, 2)
    await bench.card
      .locator('connector-auth')
      .filter({ hasText: 'alice@' })
      .getByRole('button', { name: 'Disconnect' })
      .click()
    await bench.card.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click()
    await bench.byTestId('backend').filter({ hasNotText: 'alice@' }).waitFor()
    await bench.says('Connected as bob@example.com')
    await held(bench, 1)
  },
  async list(bench) {
    const connect = bench.card.getByRole('button', { name: /^Connect / })
    await connect.nth(39).waitFor({ state: 'attached' })
    assert.equal(await connect.count(), 40)
    await bench.card.getByRole('searchbox').fill('crm')
    await bench.says('2 found')
    assert.equal(await connect.count(), 2)
    await bench.press('Connect Borealis CRM')
    await bench.says('Connected as alice@example.com')
    assert.equal(await bench.card.locator('connector-auth').count(), 1)
    await bench.card.getByRole('searchbox').fill('')
    await connect.nth(38).waitFor({ state: 'attached' })
    assert.equal(await connect.count(), 39)
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
    await bench.says('alice@example.com is connected, and another account was chosen.')
    await bench.byTestId('backend').getByText('alice@example.com').waitFor()
    await held(bench, 1)
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

  ...looks,
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
