import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { lineWriter } from '../../src/node/line-writer.ts'

test('lines that nobody reads are left out beyond 1 MB, and counted when the reader is back', async () => {
  const written: string[] = []
  let read: (() => void) | undefined
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _, done) {
      written.push(String(chunk))
      if (read) done()
      else read = done
    },
  })
  const write = lineWriter(stream)
  const line = `${'x'.repeat(999)}\n`
  for (let count = 0; count < 5_000; count += 1) write(line)
  assert.ok(stream.writableLength <= 1_001_000, `${stream.writableLength} wait`)
  read?.()
  while (stream.writableLength > 0) await new Promise((resolve) => setImmediate(resolve))
  write('after\n')
  await new Promise((resolve) => setImmediate(resolve))
  const [said = '', last] = written.slice(-2)
  assert.equal(last, 'after\n')
  const { level, lines } = JSON.parse(said)
  assert.deepEqual([level, lines + written.length - 2], ['warn', 5_000], 'each line was written or counted')
})
