import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMetrics } from '../../src/server/metrics.ts'
import { appOrigin, startHarness } from '../support/backend.ts'

const metricsToken = 'metrics-token-of-this-test'
const headers = { authorization: `Bearer ${metricsToken}` }

test('requests are counted and measured by route, method and class of status', async (t) => {
  const { backend, call, host } = await startHarness(t, { backend: { metricsToken } })
  await host('GET', '/api/v1/connectors')
  await host('GET', '/api/v1/connectors')
  await call('GET', '/api/v1/connectors')
  await call('GET', '/secret-path-of-somebody')
  await backend.fetch(new Request(`${appOrigin}/connector-auth/healthz`, { method: 'PROPFIND' }))
  const { status, body, headers: told } = await call('GET', '/metrics', { headers })
  assert.equal(status, 200)
  assert.match(told.get('content-type') ?? '', /^text\/plain/)
  for (const line of [
    'connector_auth_requests_total{route="listConnectors",method="GET",status="2xx"} 2',
    'connector_auth_requests_total{route="listConnectors",method="GET",status="4xx"} 1',
    'connector_auth_requests_total{route="none",method="GET",status="4xx"} 1',
    'connector_auth_requests_total{route="none",method="other",status="4xx"} 1',
    'connector_auth_request_seconds_count{route="listConnectors",method="GET",status="2xx"} 2',
    'connector_auth_build_info{version="0.1.0"} 1',
  ])
    assert.ok(body.split('\n').includes(line), line)
  assert.equal(body.includes('secret-path'), false)
  assert.equal((await backend.metrics()).text.includes('connector_auth_requests_total'), true)
})

test('without a metrics token there is no such route', async (t) => {
  const { call } = await startHarness(t)
  const { status, body } = await call('GET', '/metrics', { headers })
  assert.deepEqual([status, body.reason], [404, 'not_found'])
})

test('refreshes and calls are counted for configured connectors only', async () => {
  const metrics = createMetrics('1', (id) => id === 'google')
  metrics.countRefresh('google', 'refreshed')
  metrics.observeCall('google', 'token', 0.2, 'answered')
  for (const id of ['made-up-1', 'made-up-2']) metrics.countRefresh(id, 'failed')
  const text = await metrics.text()
  assert.match(text, /connector_auth_refreshes_total\{connector="google",outcome="refreshed"\} 1/)
  assert.match(text, /connector_auth_refreshes_total\{connector="other",outcome="failed"\} 2/)
  assert.match(
    text,
    /authorization_server_call_seconds_bucket\{le="0.25",connector="google",act="token",outcome="answered"\} 1/,
  )
  assert.equal(text.includes('made-up'), false)
})
