import assert from 'node:assert/strict'
import { test } from 'node:test'
import { consent, ending, startJourney } from './journey.ts'

test("a page calls the connector's API, over a token that died early, and no other origin", async (t) => {
  const journey = await startJourney(t, { demo: { pageHeaders: {} } })
  const { page, demo } = journey
  await journey.signIn('ana')
  await journey.open()
  await consent(await journey.openPopup())
  assert.deepEqual(await ending(journey), ['connected'])
  const api = `${demo.authorizationServer.url}/api/me`
  const call = (url: string) =>
    page.evaluate(async (target) => {
      const element = document.querySelector('connector-auth') as unknown as {
        connectorFetch(url: string): Promise<Response>
      }
      return element.connectorFetch(target).then(
        async (answer) => ({ status: answer.status, body: (await answer.json()) as { email?: string }, reason: '' }),
        (error: { reason: string }) => ({ status: 0, body: { email: '' }, reason: error.reason }),
      )
    }, url)
  assert.deepEqual(await call(api).then(({ body }) => body.email), 'alice@example.com')
  const refreshes = () => demo.authorizationServer.calls.filter(({ grantType }) => grantType === 'refresh_token').length
  const before = refreshes()
  const sent: (string | undefined)[] = []
  await page.route(api, async (route) => {
    if (route.request().method() === 'OPTIONS') return route.continue()
    sent.push(route.request().headers()['authorization'])
    if (sent.length > 1) return route.continue()
    return route.fulfill({ status: 401, headers: { 'access-control-allow-origin': '*' } })
  })
  assert.equal((await call(api)).body.email, 'alice@example.com')
  assert.equal(refreshes(), before + 1)
  assert.equal(new Set(sent).size, 2)
  assert.equal((await call(`${demo.url}/connector-auth/healthz`)).reason, 'url_not_allowed')
})

test('a page whose connector says so calls the API through the proxy, under a closed policy, and holds no token', async (t) => {
  const journey = await startJourney(t, { demo: { reach: 'proxy' } })
  const { page, demo, requests } = journey
  const asked: string[] = []
  page.on('request', (request) => void asked.push(new URL(request.url()).origin))
  await journey.signIn('ana')
  await journey.open()
  await consent(await journey.openPopup())
  assert.deepEqual(await ending(journey), ['connected'])
  const call = (url: string, init: object = {}) =>
    page.evaluate(
      async ([target, more]) => {
        const element = document.querySelector('connector-auth') as unknown as {
          connectorFetch(url: string, init: object): Promise<Response>
        }
        return element.connectorFetch(target, more).then(
          async (answer) => `${answer.status} ${await answer.text()}`,
          (error: { reason: string }) => error.reason,
        )
      },
      [url, init] as const,
    )
  const api = `${demo.authorizationServer.url}/api/me`
  assert.match(await call(api), /^200 .*alice@example\.com/)
  assert.match(await call('/api/me', { alias: 'api' }), /^200 .*alice@example\.com/)
  assert.equal(requests.filter((line) => line === 'GET /connector-auth/api/v1/proxy/acme/api/api/me').length, 2)
  assert.equal(await call(`${demo.url}/connector-auth/healthz`), 'url_not_allowed')
  assert.equal(await call(`${demo.authorizationServer.url}/token`), 'path_not_allowed')
  assert.deepEqual([...new Set(asked)], [demo.url], 'the page speaks to its own origin alone')
  const read = await journey.ask<{ error: string }>('getAccessToken')
  assert.equal(read.error, 'proxy_only')
  assert.deepEqual(
    journey.complaints.filter((complaint) => !/40\d/.test(complaint)),
    [],
  )
})
