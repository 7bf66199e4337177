import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from '../../src/protocol/parse.ts'
import { either, flag, list, nullable, object, oneOf, record, text, whole } from '../../src/protocol/schema.ts'

const schema = object(
  { name: text({ maxLength: 5, pattern: '^[a-z]+$' }), kind: oneOf('a', 'b') },
  {
    count: whole({ minimum: 1, maximum: 9 }),
    on: flag,
    tags: list(text(), { maxItems: 2 }),
    by: nullable(text()),
    map: record(whole()),
  },
)

test('a fitting value is copied, field by field', () => {
  const value = { name: 'ana', kind: 'a', count: 3, on: false, tags: ['x'], by: null, map: { x: 1 } }
  const copy = parse(schema, value)
  assert.deepEqual(copy, value)
  assert.notEqual(copy, value)
})

const faults: [unknown, string][] = [
  [null, 'must be an object'],
  [[], 'must be an object'],
  [{ kind: 'a' }, 'name: is missing'],
  [{ name: undefined, kind: 'a' }, 'name: is missing'],
  [{ name: 'ANA', kind: 'a' }, 'name: must match ^[a-z]+$'],
  [{ name: 'toolong', kind: 'a' }, 'name: is longer than 5 characters'],
  [{ name: 'ana', kind: 'c' }, 'kind: must be one of a, b'],
  [{ name: 'ana', kind: 'toString' }, 'kind: must be one of a, b'],
  [{ name: 'ana', kind: 'a', count: 1.5 }, 'count: must be a whole number'],
  [{ name: 'ana', kind: 'a', count: 10 }, 'count: is out of range'],
  [{ name: 'ana', kind: 'a', on: 'yes' }, 'on: must be a boolean'],
  [{ name: 'ana', kind: 'a', tags: ['x', 'y', 'z'] }, 'tags: has more than 2 items'],
  [{ name: 'ana', kind: 'a', tags: ['x', 1] }, 'tags[1]: must be a string'],
  [{ name: 'ana', kind: 'a', map: { x: 'one' } }, 'map.x: must be a whole number'],
  [{ name: 'ana', kind: 'a', other: 1 }, 'other: is not a known field'],
]
for (const [value, message] of faults) {
  test(`says "${message}"`, () => {
    assert.throws(() => parse(schema, value), { name: 'SchemaError', message })
  })
}

test('unknown fields can be dropped, and no prototype comes along', () => {
  const foreign: unknown = JSON.parse(
    '{"name":"ana","kind":"a","other":1,"__proto__":{"polluted":1},"map":{"constructor":2}}',
  )
  const copy = parse(schema, foreign, 'drop')
  assert.deepEqual(Object.keys(copy), ['name', 'kind', 'map'])
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined)
  assert.throws(() => parse(schema, foreign), /other: is not a known field|__proto__: is not a known field/)
})

test('an alternative that fits inside is told before one that does not fit at all', () => {
  const union = either(object({ id: text({ maxLength: 3 }) }), object({ new: flag }))
  assert.deepEqual(parse(union, { new: true }), { new: true })
  assert.throws(() => parse(union, { id: 'long text' }), /id/)
})
