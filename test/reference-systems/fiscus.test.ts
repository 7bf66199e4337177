/** What a user of Fiscus writes, here: each line beside the one it stands for. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AuthorizationRequiredError } from '../../src/agent/index.ts'
import { agentOf } from '../support/agent.ts'
import { keyedRecord } from '../support/proxy.ts'
import { startRoads } from '../support/roads.ts'
import { startService } from '../support/service.ts'

test('Fiscus: authenticate a connector by OAuth, with a client of its own, then revoke', async (t) => {
  const roads = await startRoads(t, { fake: { moreClients: { mine: 'my-secret' } } })
  // user = client.add_user("ana")
  const user = agentOf(roads.backend, { subject: 'ana' })
  // response = user.authenticate_connector("Gmail", auth_params={"client_id": …, "client_secret": …})
  const response = await user.authenticateConnector('fake', { client: { clientId: 'mine', clientSecret: 'my-secret' } })
  // print(response.result)   # the authorization URL
  assert.ok(response.status === 'authorization_required')
  assert.match(response.authorizationUrl, /client_id=mine/)
  const page = await roads.browser().visit(await roads.fake.authorize(response.authorizationUrl))
  const [, code = ''] = /<strong>([^<]*)<\/strong>/.exec(String(page.body)) ?? []
  // user.authenticate_connector("Gmail", auth_params={…, "code": code})
  assert.equal((await user.authenticateConnector('fake', { code })).status, 'connected')
  // user.deauthenticate_connector("Gmail")
  assert.deepEqual(await user.deauthenticateConnector('fake'), { revocation: 'revoked' })
})

test('Fiscus: an API key, a user name and password, a token', async (t) => {
  for (const [method, proof, authParams] of [
    ['api_key', '{apiKey}', { apiKey: 'key' }],
    ['basic', '{basic}', { username: 'ana', password: 'pw' }],
    ['bearer', '{token}', { accessToken: 'token' }],
  ] as const) {
    const inject = { headers: { 'x-proof': proof } }
    const { backend } = await startService(t, (origin) => keyedRecord(origin, { method, inject }))
    const user = agentOf(backend)
    // user.authenticate_connector("Service", auth_params={"api_key": …} | {"username": …, "password": …} | {"access_token": …})
    assert.equal((await user.authenticateConnector('keyed', authParams)).status, 'connected')
    assert.ok(await user.getCredentials('keyed'))
  }
})

test('Fiscus: the auth callback gets the name', async (t) => {
  const { backend } = await startService(t, (origin) => keyedRecord(origin))
  const user = agentOf(backend)
  // user.set_auth_callback(lambda connector_name: {"api_key": vault[connector_name]})
  const vault: Readonly<Record<string, string>> = { keyed: 'from-the-vault' }
  user.setAuthCallback((connectorName) => ({ apiKey: vault[connectorName] ?? '' }))
  // user.authenticate_connector("Service")
  assert.equal((await user.authenticateConnector('keyed')).status, 'connected')
})

test('Fiscus: a token store of its own', async (t) => {
  const roads = await startRoads(t)
  const shelf = new Map([['fake', { accessToken: 'mine', expiresInSeconds: 600 }]])
  const saved: string[] = []
  const user = agentOf(roads.backend)
  // client.set_token_loader(lambda name: shelf.get(name))
  user.setTokenLoader((name) => shelf.get(name) ?? null)
  // client.set_token_saver(lambda name, token_data: shelf.update({name: token_data}))
  user.setTokenSaver((name, { accessToken }) => void saved.push(`${name} ${accessToken}`))
  assert.equal(await user.getAccessToken('fake'), 'mine')
  await (await roads.page('ana')).connect()
  const token = await user.getAccessToken('fake')
  assert.deepEqual(saved, [`fake ${token}`])
})

test('Fiscus: what needs a person says so, with the URL', async (t) => {
  const roads = await startRoads(t)
  const user = agentOf(roads.backend)
  // try: user.execute(…) except FiscusAuthenticationError: user.authenticate_connector(…); retry
  await assert.rejects(
    user.withReauthorization(() => user.getAccessToken('fake')),
    // FiscusOnAuth({authorization_url, message_id})
    (error) => error instanceof AuthorizationRequiredError && URL.canParse(error.authorizationUrl ?? ''),
  )
})
