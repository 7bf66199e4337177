import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonLogger } from '../../src/node/index.ts'
import { NetworkError, Secret } from '../../src/server/index.ts'

function start(level?: Parameters<typeof jsonLogger>[0]) {
  const lines: string[] = []
  const logger = jsonLogger({ ...level, write: (line) => lines.push(line) })
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? '') }
}

test('a line is one JSON object with time, level and message beside its fields', () => {
  const { logger, lines, last } = start()
  logger.info('request', { requestId: 'req_1', status: 200, missing: undefined })
  const { time, ...rest } = last()
  assert.deepEqual(rest, { level: 'info', message: 'request', requestId: 'req_1', status: 200 })
  assert.equal(new Date(time).toISOString(), time)
  logger.warn('a\nb \u001b[31m', { text: 'line\nfeed' })
  assert.equal(lines.length, 2)
  assert.equal(lines.at(-1)?.trimEnd().includes('\n'), false, 'no field begins a line of its own')
  assert.deepEqual([last().level, last().message], ['warn', 'a\nb \u001b[31m'])
})

test('the least level is what was asked for', () => {
  const { logger, lines } = start()
  logger.debug('quiet')
  assert.equal(lines.length, 0)
  const loud = start({ level: 'debug' })
  loud.logger.debug('loud')
  assert.equal(loud.last().level, 'debug')
  const silent = start({ level: 'silent' })
  silent.logger.error('nothing')
  assert.equal(silent.lines.length, 0)
})

test('an error prints its name, reason, message and cause, and nothing that it carries', () => {
  const { logger, last, lines } = start()
  const cause = Object.assign(new Error('socket hang up'), { body: 'canary-body' })
  const error = new NetworkError('authorization_server_unavailable', 'It is down.', { cause })
  logger.error('failed', { error, deep: { error: cause } })
  const { name, reason, message, cause: inner } = last().error
  assert.deepEqual([name, reason, message], ['NetworkError', 'authorization_server_unavailable', 'It is down.'])
  assert.deepEqual([inner.name, inner.message], ['Error', 'socket hang up'])
  assert.match(inner.stack, /json-logger\.test/)
  assert.equal(last().deep.error.message, 'socket hang up')
  assert.equal(lines.join('').includes('canary-body'), false)
})

test('a secret prints as redacted, however deep it lies', () => {
  const { logger, lines, last } = start()
  const secret = new Secret('canary-secret')
  logger.info('x', { secret, list: [secret], deep: { er: { secret } } })
  assert.equal(lines.join('').includes('canary-secret'), false)
  assert.deepEqual([last().secret, last().list, last().deep.er.secret], ['[redacted]', ['[redacted]'], '[redacted]'])
})

test('a field that cannot be printed does not fail whoever logs', () => {
  const { logger, last } = start()
  const cycle: Record<string, unknown> = {}
  cycle['self'] = cycle
  logger.info('x', { cycle, big: { value: 10n }, fine: 1 })
  assert.deepEqual([last().cycle, last().big, last().fine], ['[cannot be printed]', '[cannot be printed]', 1])
})
