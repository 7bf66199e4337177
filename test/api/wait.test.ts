import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { waitForCompletion } from '../../src/api/wait.ts'
import type { AuthSessionStatus } from '../../src/protocol/auth-session.ts'
import { AuthenticationError, NetworkError } from '../../src/protocol/errors.ts'

const inactive: AuthSessionStatus = { status: 'INACTIVE', expiresInSeconds: 60 }
const active: AuthSessionStatus = {
  status: 'ACTIVE',
  connectionId: 'default',
  scopes: { requested: [], granted: [], missing: [] },
  account: null,
  existing: false,
}
const quick = { intervalSeconds: 0.001, timeoutSeconds: 5 }
const answers = (...list: (AuthSessionStatus | Error)[]) => {
  const asked = { count: 0 }
  const ask = async () => {
    const answer = list[Math.min(asked.count++, list.length - 1)] ?? inactive
    if (answer instanceof Error) throw answer
    return answer
  }
  return { ask, asked }
}

describe('a wait', () => {
  test('asks until the attempt is active, past what goes by itself', async () => {
    const { ask, asked } = answers(
      inactive,
      new NetworkError('backend_unreachable', 'away', { retryable: true }),
      inactive,
      active,
    )
    assert.deepEqual(await waitForCompletion(ask, quick), active)
    assert.equal(asked.count, 4)
    assert.deepEqual(await waitForCompletion(ask, { ...quick, timeoutSeconds: Infinity }), active)
  })

  test('rejects with the reason of a failed attempt', async () => {
    const { ask } = answers(inactive, { status: 'FAILED', reason: 'access_denied', message: 'no', requestId: 'req_1' })
    await assert.rejects(waitForCompletion(ask, quick), {
      name: 'AuthenticationError',
      reason: 'access_denied',
      message: 'no',
      requestId: 'req_1',
    })
    // As it was told before there was one, and by backends of then.
    const older = answers({ status: 'FAILED', reason: 'access_denied', message: 'no' })
    await assert.rejects(waitForCompletion(older.ask, quick), { reason: 'access_denied', requestId: undefined })
  })

  test('rejects with an error that will not pass', async () => {
    const { ask } = answers(new AuthenticationError('origin_not_allowed', 'no'))
    await assert.rejects(waitForCompletion(ask, quick), { reason: 'origin_not_allowed' })
  })

  test('ends at its limit', async () => {
    await assert.rejects(waitForCompletion(answers(inactive).ask, { ...quick, timeoutSeconds: 0.05 }), {
      code: 'TIMEOUT',
      reason: 'timeout',
    })
  })

  test('ends at its limit while a question is still open', async () => {
    const silent = () => new Promise<never>(() => undefined)
    await assert.rejects(waitForCompletion(silent, { ...quick, timeoutSeconds: 0.05 }), { reason: 'timeout' })
  })

  test('takes no limit that is no number of seconds', async () => {
    for (const timeoutSeconds of [-1, Number.NaN])
      await assert.rejects(waitForCompletion(answers(active).ask, { ...quick, timeoutSeconds }), {
        reason: 'invalid_request',
      })
  })

  test('ends when it is aborted, also beforehand', async () => {
    const controller = new AbortController()
    const wait = waitForCompletion(answers(inactive).ask, { ...quick, signal: controller.signal })
    controller.abort()
    await assert.rejects(wait, { reason: 'aborted' })
    await assert.rejects(waitForCompletion(answers(active).ask, { ...quick, signal: controller.signal }), {
      reason: 'aborted',
    })
  })
})
