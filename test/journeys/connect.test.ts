import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Journey, consent, ending, startJourney } from './journey.ts'

const me = (journey: Journey, token: string) =>
  fetch(`${journey.demo.authorizationServer.url}/api/me`, { headers: { authorization: `Bearer ${token}` } })

async function connectAs(journey: Journey, account: 'alice' | 'bob' = 'alice'): Promise<string> {
  await consent(await journey.openPopup(), account)
  assert.deepEqual(await ending(journey), ['connected'])
  return journey.ask<string>('getAccessToken')
}

test('a person connects an account in a plain page under a strict policy, and its token works', async (t) => {
  const journey = await startJourney(t)
  await journey.signIn('ana')
  await journey.open()
  const completion = journey.ask<{ status: string; connectionId: string }>('waitForCompletion')
  const token = await connectAs(journey)
  assert.equal((await (await me(journey, token)).json()).email, 'alice@example.com')
  assert.equal((await completion).status, 'ACTIVE')
  await journey.element.getByText('alice@example.com').waitFor()
  assert.deepEqual(journey.complaints, [])
  assert.deepEqual(
    (await journey.events()).filter((name) => name.startsWith('violation')),
    [],
  )
})

test("the provider's page finds no opener", async (t) => {
  const journey = await startJourney(t)
  await journey.signIn('ana')
  await journey.open()
  const popup = await journey.openPopup()
  await popup.getByTestId('opener').waitFor({ state: 'attached' })
  assert.equal(await popup.getByTestId('opener').textContent(), 'opener: none')
  assert.equal(await popup.evaluate(() => globalThis.opener), null)
})

test('a person who says no ends the attempt as denied, and can try again', async (t) => {
  const journey = await startJourney(t)
  await journey.signIn('ana')
  await journey.open()
  const popup = await journey.openPopup()
  await popup.getByTestId('login-alice').click()
  await popup.getByTestId('consent-deny').click()
  assert.deepEqual(await ending(journey), ['denied'])
  assert.equal(await journey.ask<unknown>('getCredentials'), null)
  const again = await journey.openPopup()
  await again.getByTestId('consent-allow').click()
  assert.deepEqual(await ending(journey, 2), ['denied', 'connected'])
})

test('a person cancels, consents all the same, and the late answer is a connection but no second ending', async (t) => {
  const journey = await startJourney(t)
  journey.demo.authorizationServer.control.setCoop('same-origin')
  await journey.signIn('ana')
  await journey.open()
  const popup = await journey.openPopup()
  await popup.getByTestId('login-alice').waitFor()
  await journey.element.getByRole('button', { name: 'Cancel' }).click()
  assert.deepEqual(await ending(journey), ['cancelled'])
  await consent(popup)
  await journey.element.getByText('Connected as alice@example.com').waitFor()
  assert.deepEqual(await ending(journey), ['cancelled'])
  await journey.element.getByRole('button', { name: 'Disconnect' }).waitFor()
})

test('a window that was closed can be reopened, and the attempt goes on', async (t) => {
  const journey = await startJourney(t)
  await journey.signIn('ana')
  await journey.open()
  await (await journey.openPopup()).close()
  const popup = await journey.openPopup('Reopen window')
  await consent(popup)
  assert.deepEqual(await ending(journey), ['connected'])
})

test('a blocked window becomes a link that works', async (t) => {
  const body = `<script type="module" src="/connector-auth.min.js"></script><script type="module" src="/auto.js"></script>
<connector-auth base-url="/connector-auth" token-url="/connect-token" connector-id="acme"></connector-auth>`
  const journey = await startJourney(t, { body, popupBlocker: true })
  await journey.signIn('ana')
  await journey.open()
  await journey.element.getByText('Your browser blocked the window.').waitFor()
  assert.ok((await journey.events()).includes('connector-auth-popup-blocked'))
  const [popup] = await Promise.all([
    journey.page.waitForEvent('popup'),
    journey.element.getByRole('link', { name: 'Open window' }).click(),
  ])
  await consent(popup)
  assert.deepEqual(await ending(journey), ['connected'])
})

for (const coop of ['same-origin', 'same-origin-allow-popups', 'noopener-allow-popups']) {
  test(`an authorization server with Cross-Origin-Opener-Policy ${coop} connects`, async (t) => {
    const journey = await startJourney(t)
    journey.demo.authorizationServer.control.setCoop(coop)
    await journey.signIn('ana')
    await journey.open()
    const popup = await journey.openPopup()
    await popup.getByTestId('login-alice').waitFor()
    assert.equal((await popup.reload())?.headers()['cross-origin-opener-policy'], coop)
    // Long enough for a library that believes popup.closed to give up.
    await journey.page.waitForTimeout(1_500)
    await consent(popup)
    assert.deepEqual(await ending(journey), ['connected'])
  })
}

test('a host page with Cross-Origin-Opener-Policy same-origin and COEP connects', async (t) => {
  const pageHeaders = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }
  const journey = await startJourney(t, { demo: { pageHeaders } })
  await journey.signIn('ana')
  await journey.open()
  const popup = await journey.openPopup()
  await consent(popup)
  assert.deepEqual(await ending(journey), ['connected'])
})

test('after a reload the token comes from IndexedDB: no request to the backend beyond the connect token', async (t) => {
  const journey = await startJourney(t)
  await journey.signIn('ana')
  await journey.open()
  const token = await connectAs(journey)
  // Writes are not awaited before a promise settles.
  await journey.page.waitForTimeout(300)
  await journey.page.reload()
  await journey.element.getByText('Connected as').waitFor()
  await journey.page.waitForTimeout(300)
  assert.deepEqual(
    journey.requests.filter((request) => request.includes('credentials')),
    [],
  )
  journey.requests.length = 0
  assert.equal(await journey.ask('getAccessToken'), token)
  assert.deepEqual(journey.requests, [], 'not one request for the token')
})

test('no IndexedDB record holds a token in plaintext', async (t) => {
  const journey = await startJourney(t)
  await journey.signIn('ana')
  await journey.open()
  const token = await connectAs(journey)
  await journey.page.waitForTimeout(300)
  const dump = await journey.page.evaluate(dumpDatabases)
  assert.ok(dump.records > 0, 'something is stored')
  assert.equal(dump.text.includes(token), false)
  assert.equal(dump.exportable, 0, 'no key can be exported')
})

async function dumpDatabases(): Promise<{ text: string; records: number; exportable: number }> {
  const parts: string[] = []
  let exportable = 0
  const show = (value: unknown): string => {
    if (value instanceof CryptoKey) {
      if (value.extractable) exportable += 1
      return 'key'
    }
    if (value instanceof ArrayBuffer) return String.fromCharCode(...new Uint8Array(value))
    if (ArrayBuffer.isView(value)) return String.fromCharCode(...new Uint8Array(value.buffer))
    if (value instanceof Object)
      return Object.entries(value)
        .map(([name, field]) => `${name}=${show(field)}`)
        .join(';')
    return String(value)
  }
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(name ?? '')
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
    for (const store of database.objectStoreNames) {
      const all = <T>(request: IDBRequest<T[]>) =>
        new Promise<T[]>((resolve) => (request.onsuccess = () => resolve(request.result)))
      const area = database.transaction(store).objectStore(store)
      parts.push(...(await all(area.getAllKeys())).map(show), ...(await all(area.getAll())).map(show))
    }
    database.close()
  }
  return { text: parts.join('\n'), records: parts.length, exportable }
}

test("another person in the same browser, with a page load and no sign-out, never gets the first one's token", async (t) => {
  const journey = await startJourney(t)
  await journey.signIn('ana')
  await journey.open()
  const token = await connectAs(journey)
  await journey.page.waitForTimeout(300)
  await journey.signIn('ben')
  await journey.open()
  assert.equal(await journey.ask('getCredentials'), null)
  await journey.page.waitForTimeout(300)
  // The authorization server still knows alice: it asks for consent only.
  const popup = await journey.openPopup()
  await popup.getByTestId('consent-allow').click()
  assert.deepEqual(await ending(journey), ['connected'])
  const bens = await journey.ask<string>('getAccessToken')
  assert.notEqual(bens, token)
})

test("another person in a single-page app, after signOut(), never gets the first one's token", async (t) => {
  const journey = await startJourney(t)
  await journey.signIn('ana')
  await journey.open()
  const token = await connectAs(journey)
  assert.equal(await journey.ask('getAccessToken'), token)
  await journey.ask('signOut')
  // A pointer on the button prepares an attempt; nothing may be prepared for who has signed out.
  await journey.page.mouse.move(0, 0)
  await journey.element.getByRole('button').first().hover()
  await journey.page.waitForTimeout(400)
  await journey.signIn('ben')
  assert.equal(await journey.ask('getCredentials'), null)
  assert.deepEqual(await journey.ask('getAccessToken'), { error: 'not_connected' })
})

test('an expired token is refreshed once, and the new one is used', async (t) => {
  const journey = await startJourney(t)
  const { authorizationServer } = journey.demo
  authorizationServer.control.setAccessTokenSeconds(1)
  await journey.signIn('ana')
  await journey.open()
  const old = await connectAs(journey)
  await journey.page.waitForTimeout(1_500)
  authorizationServer.control.setAccessTokenSeconds(3_600)
  const refreshes = () => authorizationServer.calls.filter(({ grantType }) => grantType === 'refresh_token').length
  const before = refreshes()
  const tokens = await Promise.all([1, 2, 3].map(() => journey.ask<string>('getAccessToken')))
  assert.equal(new Set(tokens).size, 1)
  assert.notEqual(tokens[0], old)
  assert.equal(refreshes() - before, 1)
  assert.equal(authorizationServer.reuse, 0)
  assert.equal((await me(journey, tokens[0] ?? '')).status, 200)
})

test('two elements that connect at once do not mix', async (t) => {
  const one =
    '<connector-auth base-url="/connector-auth" token-url="/connect-token" connector-id="acme"></connector-auth>'
  const two = one.replace('connector-id', 'id="second" connector-id')
  const journey = await startJourney(t, {
    body: `<script type="module" src="/connector-auth.min.js"></script>${one}${two}`,
  })
  await journey.signIn('ana')
  await journey.open()
  const second = journey.page.locator('#second')
  const first = await journey.openPopup()
  const [other] = await Promise.all([
    journey.page.waitForEvent('popup'),
    second.getByRole('button', { name: 'Connect Acme Cloud' }).click(),
  ])
  await other.getByTestId('login-bob').waitFor()
  await first.getByTestId('login-alice').waitFor()
  const finish = async (popup: typeof first, who: string) => {
    const closed = popup.waitForEvent('close')
    await popup.getByTestId(`login-${who}`).click()
    await popup.getByTestId('consent-allow').click()
    await closed
  }
  await finish(other, 'bob')
  await second.getByText('bob@example.com').waitFor()
  assert.equal(await journey.element.getByText('@example.com').count(), 0, 'the first still waits')
  // The other way round than they began.
  await finish(first, 'alice')
  await journey.element.getByText('alice@example.com').waitFor()
  assert.equal(await second.getByText('bob@example.com').count(), 1)
  assert.deepEqual(await ending(journey, 2), ['connected', 'connected'])
  const tokens = await journey.page.evaluate(async () => {
    const elements = [...document.querySelectorAll('connector-auth')] as unknown as {
      getAccessToken(): Promise<string>
    }[]
    return Promise.all(elements.map((element) => element.getAccessToken()))
  })
  const names = await Promise.all(tokens.map(async (token) => (await (await me(journey, token)).json()).email))
  assert.deepEqual(names, ['alice@example.com', 'bob@example.com'])
})

test("a foreign state is refused, nothing is redeemed, and the person's own answer still counts", async (t) => {
  const journey = await startJourney(t)
  await journey.signIn('ana')
  await journey.open()
  const created = journey.page.waitForResponse((answer) => answer.url().endsWith('/auth-sessions'))
  const popup = await journey.openPopup()
  const { stateKey } = (await (await created).json()) as { stateKey: string }
  await popup.getByTestId('login-alice').waitFor()
  await journey.page.evaluate(async (state) => {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(state)))
    const name = btoa(String.fromCharCode(...digest))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '')
    const channel = new BroadcastChannel(`ca:${name}`)
    const messages: unknown[] = [
      { type: 'callback', query: `code=evil&state=${'x'.repeat(43)}`, uri: 'https://evil.test/' },
      { type: 'callback', query: 'x'.repeat(1_000_000) },
      { type: 'callback', query: { toString: 'trick' } },
      'callback',
      null,
    ]
    for (const message of messages) channel.postMessage(message)
  }, stateKey)
  await journey.page.waitForTimeout(500)
  assert.deepEqual(
    journey.requests.filter((request) => request.endsWith('/redeem')),
    [],
  )
  await consent(popup)
  assert.deepEqual(await ending(journey), ['connected'])
})

test('the answer to redeem is lost on the wire, and the retry still connects', async (t) => {
  const journey = await startJourney(t)
  await journey.signIn('ana')
  await journey.open()
  let lost = 0
  await journey.page.route('**/redeem', async (route) => {
    if (lost > 0) return route.continue()
    lost += 1
    await route.fetch()
    return route.abort('connectionreset')
  })
  await connectAs(journey)
  assert.equal(lost, 1)
  const codes = journey.demo.authorizationServer.calls.filter(({ grantType }) => grantType === 'authorization_code')
  assert.equal(codes.length, 1, 'the code was redeemed once')
})

test('disconnecting ends the connection here and at the authorization server', async (t) => {
  const journey = await startJourney(t)
  await journey.signIn('ana')
  await journey.open()
  const token = await connectAs(journey)
  assert.deepEqual(await journey.ask('disconnect'), { revocation: 'revoked' })
  await journey.element.getByRole('button', { name: 'Connect Acme Cloud' }).waitFor()
  assert.equal((await me(journey, token)).status, 401)
  assert.equal(await journey.ask('getCredentials'), null)
})

test('a backend or an authorization server that is down is said, with what to do', async (t) => {
  const journey = await startJourney(t)
  await journey.signIn('ana')
  await journey.open()
  journey.demo.authorizationServer.control.setDown(true)
  await consent(await journey.openPopup())
  assert.deepEqual(await ending(journey), ['failed'])
  await journey.element
    .getByText(/503|again/i)
    .first()
    .waitFor()
  await journey.page.route('**/connector-auth/api/**', (route) => route.abort('connectionrefused'))
  const outcome = await journey.ask<{ status: string; reason: string }>('connect')
  assert.deepEqual([outcome.status, outcome.reason], ['failed', 'backend_unreachable'])
})

test('nobody is signed in: the host gives no connect token, and the attempt says so', async (t) => {
  const journey = await startJourney(t)
  await journey.open()
  const outcome = await journey.ask<{ status: string; reason: string }>('connect')
  assert.deepEqual([outcome.status, outcome.reason], ['failed', 'token_source_failed'])
})

test('signing out of one element signs out all of the page, and the next person gets their own token', async (t) => {
  const one =
    '<connector-auth base-url="/connector-auth" token-url="/connect-token" connector-id="acme"></connector-auth>'
  const body = `<script type="module" src="/connector-auth.min.js"></script>${one}${one.replace('connector-id', 'id="second" connector-id')}`
  const journey = await startJourney(t, { body })
  await journey.signIn('ana')
  await journey.open()
  const anas = await connectAs(journey)
  const readSecond = () =>
    journey.page.evaluate(async () => {
      const second = document.querySelector('#second') as unknown as { getAccessToken(): Promise<string> }
      return second.getAccessToken().catch((error: { reason?: string }) => ({ error: error.reason }))
    })
  assert.equal(await readSecond(), anas)
  await journey.ask('signOut')
  await journey.signIn('ben')
  assert.deepEqual(await readSecond(), { error: 'not_connected' })
  const popup = await journey.openPopup()
  await popup.getByTestId('consent-allow').click()
  await journey.element.getByText('Connected as').waitFor()
  const bens = await journey.ask<string>('getAccessToken')
  assert.notEqual(bens, anas)
  assert.equal(await readSecond(), bens)
})
