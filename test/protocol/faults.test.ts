import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findFaults } from '../../src/protocol/faults.ts'
import { either, flag, list, object, oneOf, record, text, whole } from '../../src/protocol/schema.ts'

const schema = object(
  { name: text({ minLength: 1 }), kind: oneOf('a', 'b') },
  {
    inner: object({ n: whole() }, { list: list(text()) }),
    map: record(whole()),
    limit: either(object({ n: whole() }), flag),
  },
)

test('a value that fits has no faults', () => {
  const good = { name: 'x', kind: 'a', inner: { n: 1, list: ['a'] }, map: { a: 1 }, limit: false, other: undefined }
  assert.deepEqual(findFaults(schema, good), [])
})

test('every fault is told with its path, in one go', () => {
  const bad = {
    name: '',
    colour: 1,
    inner: { list: ['a', 7, null], deep: {} },
    map: { a: 1, b: 'x' },
    limit: { n: 'x' },
    ['__proto__x']: 1,
  }
  assert.deepEqual(findFaults(schema, bad), [
    'kind: is missing',
    'name: is too short',
    'colour: is not a known field',
    'inner.n: is missing',
    'inner.list[1]: must be a string',
    'inner.list[2]: must be a string',
    'inner.deep: is not a known field',
    'map.b: must be a whole number',
    'limit.n: must be a whole number',
    '__proto__x: is not a known field',
  ])
  for (const value of [null, [], 'x', 7]) assert.equal(findFaults(schema, value).length, 1)
})
