import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startHarness } from '../support/backend.ts'

test('each error code of the authorization endpoint has a reason of its own (RFC 6749 §4.1.2.1)', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  const cases = {
    access_denied: 'access_denied',
    invalid_request: 'request_refused',
    unauthorized_client: 'client_not_authorized',
    unsupported_response_type: 'response_type_not_supported',
    invalid_scope: 'scope_refused',
    server_error: 'authorization_server_error',
    temporarily_unavailable: 'authorization_server_unavailable',
    invalid_target: 'target_refused',
    login_required: 'interaction_required',
    consent_required: 'interaction_required',
    interaction_required: 'interaction_required',
    account_selection_required: 'interaction_required',
    something_of_its_own: 'authorization_refused',
    constructor: 'authorization_refused',
  }
  for (const [error, reason] of Object.entries(cases)) {
    const { id, redeem, created } = await page.begin()
    const query = { error, state: created.body.stateKey, iss: harness.fake.issuer }
    const callback = String(new URLSearchParams(query))
    const { body } = await page.post(`/api/v1/auth-sessions/${id}/redeem`, { ...redeem, callback })
    assert.deepEqual([body.status, body.reason, body.error], ['FAILED', reason, error])
  }
})

test('each error code of the token endpoint has a reason of its own (RFC 6749 §5.2)', async (t) => {
  const harness = await startHarness(t)
  const page = await harness.page()
  const cases = {
    invalid_grant: 'redemption_rejected',
    invalid_client: 'client_registration_refused',
    invalid_request: 'request_refused',
    unauthorized_client: 'client_not_authorized',
    unsupported_grant_type: 'grant_type_not_supported',
    invalid_scope: 'scope_refused',
    invalid_target: 'target_refused',
  }
  for (const [error, reason] of Object.entries(cases)) {
    harness.fake.script({ kind: 'answer', status: 400, body: JSON.stringify({ error }) })
    const { body } = await page.connect()
    assert.deepEqual([body.status, body.reason], ['FAILED', reason], error)
  }
})

test('a refresh tells the same reasons, and the connection stands unless the grant is dead', async (t) => {
  const cases = {
    invalid_client: [502, 'client_registration_refused'],
    invalid_request: [502, 'request_refused'],
    unauthorized_client: [502, 'client_not_authorized'],
    unsupported_grant_type: [502, 'grant_type_not_supported'],
    invalid_scope: [502, 'scope_refused'],
    invalid_grant: [409, 'needs_reconnect'],
  }
  for (const [error, told] of Object.entries(cases)) {
    // Each with a backend of its own: after a failure a connection's next refresh waits a while.
    const harness = await startHarness(t)
    const page = await harness.page()
    await page.connect()
    harness.fake.script({ kind: 'answer', status: 400, body: JSON.stringify({ error }) })
    const { status, body } = await page.post('/api/v1/connections/fake/credentials', { forceRefresh: true })
    assert.deepEqual([status, body.reason], told, error)
  }
})
