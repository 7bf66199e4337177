import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Frame, Page } from 'playwright-core'
import { startFakeService } from '../../src/fakes/index.ts'
import type { ConnectorRecord } from '../../src/protocol/connector.ts'
import { cohere } from '../../src/server/catalogue/records/cohere.ts'
import { freshdesk } from '../../src/server/catalogue/records/freshdesk.ts'
import { stripe } from '../../src/server/catalogue/records/stripe.ts'
import { zendesk } from '../../src/server/catalogue/records/zendesk.ts'
import { type Sites, eventsOf, openApp, shows, startSites, strictHeaders } from './sites.ts'

/** An app whose backend knows the service of a record, under a strict policy; the element is for that connector. */
async function openForm(t: TestContext, record: ConnectorRecord, where: 'top' | 'frame' = 'top') {
  const service = await startFakeService(record)
  t.after(() => service.close())
  const sites = await startSites(t, {
    headers: strictHeaders,
    connectorId: record.id,
    backend: {
      connectors: [service.record],
      clients: record.method === 'oauth2' ? { [record.id]: service.client } : {},
      egress: { allow: service.origins },
    },
  })
  const { page, app } = await openApp(sites, where)
  const complaints: string[] = []
  // A refused key is answered 422, which the browser logs.
  page.on('console', (line) => line.type() === 'error' && !line.text().includes('422') && complaints.push(line.text()))
  await app.getByRole('button', { name: `Connect ${record.name}` }).waitFor()
  await app.waitForFunction(() =>
    (globalThis as unknown as { seen: string[] }).seen.some((name) => name.endsWith('-ready')),
  )
  t.after(() => assert.deepEqual(complaints, []))
  return { service, sites, page, app }
}

const alert = (app: Frame) => app.getByRole('alert')

async function connectionsOf(sites: Sites) {
  const { token } = await sites.backend.mintConnectToken({ subject: 'ana' })
  const headers = { authorization: `Bearer ${token}`, origin: sites.appUrl }
  const answer = await fetch(`${sites.backendUrl}/api/v1/connections`, { headers })
  return ((await answer.json()) as { connections: { connectorId: string; status: string }[] }).connections.map(
    ({ connectorId, status }) => [connectorId, status],
  )
}

/** Types as a person without a pointer. */
async function type(page: Page, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await (key === 'Tab' || key === 'Enter' ? page.keyboard.press(key) : page.keyboard.type(key))
}

test('an API key is connected by the keyboard alone; a wrong one is said in words and kept nowhere', async (t) => {
  const { service, sites, page, app } = await openForm(t, stripe)
  await type(page, 'Tab', 'Enter')
  await app.getByRole('dialog', { name: 'Connect Stripe' }).waitFor()
  await type(page, 'sk_test_wrong0000000000000000', 'Enter')
  await alert(app).filter({ hasText: 'did not accept' }).waitFor()
  assert.deepEqual(await connectionsOf(sites), [])
  // The refused key is selected, so that the next one takes its place.
  await type(page, ...Object.values(service.values), 'Enter')
  await shows(app, 'connected')
  assert.deepEqual(await connectionsOf(sites), [['stripe', 'active']])
  const heard = await eventsOf(app)
  assert.equal(heard.filter((name) => name.endsWith('-connected')).length, 1)
  assert.equal(page.context().pages().length, 1, 'no window')
})

for (const record of [freshdesk, cohere])
  test(`${record.name} (${record.method}) is connected with what the form asks for`, async (t) => {
    const { service, sites, app } = await openForm(t, record)
    await app.getByRole('button', { name: `Connect ${record.name}` }).click()
    const dialog = app.getByRole('dialog', { name: `Connect ${record.name}` })
    await dialog.waitFor()
    for (const [name, value] of Object.entries(service.values)) {
      const field = dialog.locator(`[name=${name}]`)
      if (await field.count()) await field.fill(value)
    }
    await dialog.getByRole('button', { name: 'Connect', exact: true }).click()
    await shows(app, 'connected')
    assert.deepEqual(await connectionsOf(sites), [[record.id, 'active']])
  })

for (const where of ['top', 'frame'] as const)
  test(`an address is asked for, and its consent page opens in the press that ends the form: ${where}`, async (t) => {
    const { service, sites, page, app } = await openForm(t, zendesk, where)
    await app.getByRole('button', { name: 'Connect Zendesk' }).click()
    const field = app.getByLabel('Zendesk address')
    await field.fill('not an address')
    await type(page, 'Enter')
    await alert(app).filter({ hasText: 'Check what is marked' }).waitFor()
    assert.equal(page.context().pages().length, 1)
    await field.fill(`https://${service.values['subdomain']}.zendesk.com/`)
    const opening = page.context().waitForEvent('page')
    await type(page, 'Enter')
    await opening
    await shows(app, 'connected')
    assert.deepEqual(await connectionsOf(sites), [['zendesk', 'active']])
  })
