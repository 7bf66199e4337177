import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FakeService } from '../../src/fakes/index.ts'
import { type Fields, basic, oauthOf, post, reasons, startQuirk, tokensOf } from './drive.ts'

const send = (service: FakeService, fields: Fields, url = oauthOf(service).token.url ?? '') =>
  post(url, fields, basic(service))

const refresh = (service: FakeService, token: string) =>
  send(service, { grant_type: 'refresh_token', refresh_token: token })

test('a rotated refresh token that is used again ends the whole family', async (t) => {
  const service = await startQuirk(t, 'plain')
  const first = await tokensOf(service)
  const second = (await refresh(service, first.refresh_token)).body
  assert.notEqual(second.refresh_token, first.refresh_token)
  assert.equal((await refresh(service, first.refresh_token)).body.error, 'invalid_grant')
  assert.equal((await refresh(service, second.refresh_token)).body.error, 'invalid_grant')
  assert.equal(service.families.living(second.access_token), undefined)
  assert.equal(service.families.reuses, 1)
  assert.match(reasons(service), /a refresh token was used that had been replaced/)
})

test('rotation never keeps the token, and sometimes changes it every second time', async (t) => {
  const never = await startQuirk(t, 'rotation_never')
  const { refresh_token: kept } = await tokensOf(never)
  for (let round = 0; round < 3; round += 1) assert.equal((await refresh(never, kept)).body.refresh_token, undefined)
  const sometimes = await startQuirk(t, 'rotation_sometimes')
  const { refresh_token: first } = await tokensOf(sometimes)
  assert.equal((await refresh(sometimes, first)).body.refresh_token, undefined)
  assert.match((await refresh(sometimes, first)).body.refresh_token, /^fake-rt-/)
  assert.equal((await refresh(sometimes, first)).status, 400)
  assert.deepEqual([never.faults.length, sometimes.faults.length], [0, 1])
})

test('a service without refresh refuses one', async (t) => {
  const service = await startQuirk(t, 'rotation_none')
  await tokensOf(service)
  assert.equal((await refresh(service, 'x')).status, 400)
  assert.match(reasons(service), /this service has no refresh/)
})

test('another endpoint for refreshing takes refreshes only, and the token endpoint none', async (t) => {
  const service = await startQuirk(t, 'refresh_url')
  const { refresh_token } = await tokensOf(service)
  const fields = { grant_type: 'refresh_token', refresh_token }
  assert.equal((await send(service, fields)).status, 400)
  assert.match(reasons(service), /this endpoint does not take the grant "refresh"/)
  assert.equal((await send(service, fields, oauthOf(service).refresh?.url)).status, 200)
  assert.equal((await send(service, { grant_type: 'authorization_code' }, oauthOf(service).refresh?.url)).status, 400)
})

test('own parameters, names and grant types of a refresh are required', async (t) => {
  const extra = await startQuirk(t, 'refresh_params')
  const fields = { grant_type: 'refresh_token', refresh_token: (await tokensOf(extra)).refresh_token }
  assert.equal((await send(extra, fields)).status, 400)
  assert.equal((await send(extra, { ...fields, expiring: '1' })).status, 200)
  const named = await startQuirk(t, 'refresh_renamed')
  const { refresh_token: token } = await tokensOf(named)
  assert.equal((await refresh(named, token)).status, 400)
  assert.equal((await send(named, { grant_type: 'refresh_token', token })).status, 200)
  const omitting = await startQuirk(t, 'refresh_omitted')
  const { refresh_token } = await tokensOf(omitting)
  const url = oauthOf(omitting).refresh?.url
  assert.equal((await send(omitting, { grant_type: 'refresh_token', refresh_token }, url)).status, 400)
  assert.equal((await send(omitting, { refresh_token }, url)).status, 200)
  const typed = await startQuirk(t, 'refresh_grant_type')
  const { refresh_token: old } = await tokensOf(typed)
  assert.equal((await refresh(typed, old)).status, 400)
  assert.equal((await send(typed, { grant_type: 'ig_refresh_token', refresh_token: old })).status, 200)
})

test('a service that renews access tokens is shown the access token', async (t) => {
  const service = await startQuirk(t, 'refresh_presents_access_token')
  const { access_token, refresh_token } = await tokensOf(service)
  assert.equal(refresh_token, undefined)
  const grant_type = 'th_refresh_token'
  assert.equal((await send(service, { grant_type, refresh_token: access_token })).status, 400)
  assert.equal((await send(service, { grant_type, access_token: 'made-up' })).status, 400)
  assert.match((await send(service, { grant_type, access_token })).body.access_token, /^fake-at-/)
})

test('a scope that nobody may ask for at a refresh is refused', async (t) => {
  const service = await startQuirk(t, 'plain')
  const { refresh_token } = await tokensOf(service)
  assert.equal((await send(service, { grant_type: 'refresh_token', refresh_token, scope: 'read' })).status, 400)
  assert.match(reasons(service), /scope is not a parameter here/)
})

test('a grant that a person ended is dead without anybody at fault', async (t) => {
  const service = await startQuirk(t, 'plain')
  const { refresh_token } = await tokensOf(service)
  service.families.revokeAll()
  assert.equal((await refresh(service, refresh_token)).body.error, 'invalid_grant')
  assert.deepEqual(service.faults, [])
})
