import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asTyped, inputsOf, quirks, startFakeService } from '../../src/fakes/index.ts'
import { build } from '../../src/fakes/json-path.ts'
import { originsOf } from '../../src/fakes/rewrite.ts'
import { sample } from '../../src/fakes/sample.ts'
import { recordSchema } from '../../src/protocol/connector.ts'
import { parse } from '../../src/protocol/parse.ts'

const patterns = [
  '[a-z0-9-]+',
  '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?',
  'https://([a-z0-9-]+(?:\\.[a-z0-9-]+)*\\.service\\.example)',
  '\\d{6}',
  '(us|eu)\\d?',
  '[A-Za-z0-9_\\-]{32}',
  '^sk_(live|test)_[a-zA-Z0-9]{24,}$',
  '(?!aaa)[a-z]{2,}',
  '[^@\\s]+@[^@\\s]+\\.[a-z]{2,}',
  '\\p{L}+',
  'AC[0-9a-f]{32}',
  '(?<host>[a-z]+)\\.example\\.(com|eu|com\\.au)',
  '.{3}',
  '[\\]a]{2}-\\x41',
]

for (const pattern of patterns)
  test(`a text is made for ${pattern}`, () => assert.match(sample(pattern), new RegExp(`^(?:${pattern})$`, 'u')))

test('values are put at paths, through objects and lists', () => {
  assert.deepEqual(
    build([
      ['a.b', 1],
      ['a.c.0.d', 2],
      ['a.c.2', 3],
    ]),
    { a: { b: 1, c: [{ d: 2 }, {}, 3] } },
  )
  assert.deepEqual(build([['1.id', 'x']]), [{}, { id: 'x' }])
  assert.deepEqual(build([]), {})
})

test('what stands around a field is typed with it where a person does so', () => {
  const inputs = [{ name: 'tenant', label: 'Tenant', prefix: 'https://', suffix: '.example.com' }]
  assert.deepEqual(asTyped(inputs, { tenant: 'acme' }), { tenant: 'https://acme.example.com' })
})

test('every quirk is a record that fits the schema, by its own name, and its fake has right values', async (t) => {
  for (const [name, { record, options }] of quirks) {
    assert.equal(record.id, name)
    const service = await startFakeService(record, options)
    t.after(() => service.close())
    assert.deepEqual(parse(recordSchema(record.method), service.record), service.record)
    for (const { name: field, pattern, enum: values, optional, hidden } of inputsOf(record)) {
      const value = service.values[field]
      if (optional || hidden) assert.equal(value, undefined)
      else if (pattern) assert.match(value ?? '', new RegExp(`^(?:${pattern})$`, 'u'))
      else if (values) assert.ok(values.includes(value ?? ''))
      else assert.ok(value)
    }
    for (const origin of originsOf(service.record)) assert.match(origin, /^http:\/\/127\.0\.0\.1:\d+$/)
  }
})
