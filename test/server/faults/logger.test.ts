/** A host's logger that fails. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Logger } from '../../../src/server/index.ts'
import { startHarness } from '../../support/backend.ts'

const fail = () => {
  throw new Error('the disk of the log is full')
}
// What a host's JavaScript passes is nobody's type.
const failLater = (() => Promise.reject(new Error('the log server is away'))) as () => never

const failing: Readonly<Record<string, Logger>> = {
  'it throws': { debug: fail, info: fail, warn: fail, error: fail },
  'it rejects': { debug: failLater, info: failLater, warn: failLater, error: failLater },
}

for (const [name, logger] of Object.entries(failing))
  test(`a logger that fails costs no request and no token: ${name}`, async (t) => {
    const stray: unknown[] = []
    const onStray = (reason: unknown) => void stray.push(reason)
    process.on('unhandledRejection', onStray)
    t.after(() => process.off('unhandledRejection', onStray))
    const harness = await startHarness(t, { backend: { logger } })
    const page = await harness.page()
    assert.equal((await page.connect()).body.status, 'ACTIVE')
    const read = '/api/v1/connections/fake/credentials'
    harness.fake.script({ kind: 'answer', status: 503, body: '' })
    assert.equal((await page.post(read, { forceRefresh: true })).body.reason, 'authorization_server_unavailable')
    assert.equal((await page.post(read, { forceRefresh: true })).status, 200)
    await new Promise((resolve) => setTimeout(resolve, 20))
    assert.deepEqual(stray, [])
  })
