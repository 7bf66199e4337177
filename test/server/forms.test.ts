import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Input } from '../../src/protocol/inputs.ts'
import { readValues } from '../../src/server/entered/read-values.ts'
import { fillUrl } from '../../src/server/template.ts'

const field = (changes: Partial<Input> = {}): Input => ({ name: 'field', label: 'Field', ...changes })
const read = (changes: Partial<Input>, typed: string) => readValues([field(changes)], { field: typed })['field']

/** What is typed into a field, and what is kept of it. */
const kept: readonly (readonly [why: string, input: Partial<Input>, typed: string, value: string | undefined])[] = [
  ['a value', {}, 'value', 'value'],
  ['spaces around it', {}, '  value \n', 'value'],
  ['spaces in it', {}, 'two words', 'two words'],
  ['one of enum', { enum: ['eu', 'us'] }, 'eu', 'eu'],
  ['a pattern', { pattern: '[a-z]{2}' }, 'ab', 'ab'],
  ['a prefix that was typed too', { prefix: 'https://' }, 'HTTPS://acme', 'acme'],
  ['a suffix that was typed too', { suffix: '.example.com' }, 'acme.Example.com', 'acme'],
  ['a whole URL', { prefix: 'https://', suffix: '.example.com' }, 'https://acme.example.com/', 'acme'],
  ['neither', { prefix: 'https://', suffix: '.example.com' }, 'acme', 'acme'],
  ['a suffix in the middle', { suffix: '.example.com' }, 'a.example.com.b', 'a.example.com.b'],
  ['nothing, optional', { optional: true }, '', undefined],
  ['nothing, with a default', { optional: true, default: 'us' }, '', 'us'],
  ['nothing, hidden', { hidden: true, default: '2026-01-01' }, '', '2026-01-01'],
  ['spaces alone, with a default', { default: 'us' }, '   ', 'us'],
  ['a long secret', { secret: true }, 'x'.repeat(8_000), 'x'.repeat(8_000)],
  ['as long as it may be', { maxLength: 5 }, '12345', '12345'],
  ['a subdomain', { format: 'subdomain' }, 'acme-1', 'acme-1'],
  ['a hostname', { format: 'hostname' }, 'db.acme.example', 'db.acme.example'],
  ['a URL', { format: 'url' }, 'https://acme.example/x?y', 'https://acme.example/x?y'],
  ['an address', { format: 'email' }, 'ana@acme.example', 'ana@acme.example'],
  ['a uuid', { format: 'uuid' }, '2F1c3a1e-0000-4000-8000-0123456789ab', '2F1c3a1e-0000-4000-8000-0123456789ab'],
]

for (const [why, input, typed, value] of kept)
  test(`a field takes ${why}`, () => assert.equal(read(input, typed), value))

/** What a field does not take. */
const refused: readonly (readonly [why: string, input: Partial<Input>, typed: string])[] = [
  ['nothing', {}, ''],
  ['spaces alone', {}, '   '],
  ['a prefix alone', { prefix: 'https://' }, 'https://'],
  ['another than enum', { enum: ['eu', 'us'] }, 'EU'],
  ['more than the pattern', { pattern: '[a-z]{2}' }, 'abc'],
  ['two lines of which one fits', { pattern: '[a-z]{2}' }, 'ab\nevil'],
  ['one side of an alternative with more behind it', { pattern: 'a|b' }, 'ac'],
  ['too much', {}, 'x'.repeat(501)],
  ['a secret that is too long', { secret: true }, 'x'.repeat(8_001)],
  ['more than its maximum', { maxLength: 5 }, '123456'],
  ['a line break', { secret: true }, 'key\r\nX-Admin: 1'],
  ['a tab', {}, 'a\tb'],
  ['a NUL', {}, 'a\u0000b'],
  ['DEL', {}, 'a\u007fb'],
  ['C1', {}, 'a\u0085b'],
  ['half a character', {}, 'a\ud800b'],
  ['a dotted subdomain', { format: 'subdomain' }, 'evil.com'],
  ['a subdomain with a slash', { format: 'subdomain' }, 'evil.com/'],
  ['a subdomain with @', { format: 'subdomain' }, 'a@b'],
  ['a subdomain with #', { format: 'subdomain' }, 'a#'],
  ['a subdomain with ?', { format: 'subdomain' }, 'a?'],
  ['a subdomain with a port and a user', { format: 'subdomain' }, 'a:1@'],
  ['a subdomain with a backslash', { format: 'subdomain' }, 'a\\b'],
  ['a subdomain with a percent sign', { format: 'subdomain' }, 'a%2e'],
  ['a subdomain that ends in a dash', { format: 'subdomain' }, 'a-'],
  ['a hostname with a port', { format: 'hostname' }, 'acme.example:22'],
  ['a hostname with a path', { format: 'hostname' }, 'acme.example/x'],
  ['a hostname with an empty label', { format: 'hostname' }, 'a..b'],
  ['a hostname of 254 characters', { format: 'hostname' }, `${'a.'.repeat(126)}aa`],
  ['a URL that is not https', { format: 'url' }, 'http://acme.example'],
  ['a URL with a user', { format: 'url' }, 'https://a@evil.example'],
  ['javascript', { format: 'url' }, 'javascript:alert(1)'],
  ['no address', { format: 'email' }, 'ana'],
  ['no uuid', { format: 'uuid' }, '2f1c3a1e'],
]

for (const [why, input, typed] of refused)
  test(`a field does not take ${why}, and never says what it was`, () => {
    assert.throws(
      () => read(input, typed),
      (error: Error & { reason?: string }) => {
        assert.equal(error.reason, 'invalid_input')
        assert.match(error.message, /^field: /)
        if (typed.trim().length > 4) assert.equal(error.message.includes(typed.trim().slice(0, 60)), false)
        return true
      },
    )
  })

test('a field that the form does not have is refused, whatever its name', () => {
  for (const name of ['other', '__proto__', 'constructor', 'toString'])
    assert.throws(() => readValues([field()], JSON.parse(`{"field":"x","${name}":"y"}`)), { reason: 'invalid_input' })
  assert.throws(() => readValues([field()], {}), { message: 'field: is missing.' })
  assert.equal(Reflect.get({}, 'y'), undefined)
})

test('adversarial input costs no time', () => {
  const long = `${'a'.repeat(16_000)}!`
  const started = performance.now()
  for (const format of ['subdomain', 'hostname', 'url', 'email', 'uuid'] as const) {
    try {
      readValues([field({ format, maxLength: 16_384 })], { field: long })
    } catch {}
    try {
      readValues([field({ format, maxLength: 16_384 })], { field: `${'a.'.repeat(8_000)}!` })
    } catch {}
  }
  assert.ok(performance.now() - started < 100)
})

test('a value behind the host is a value and never more', () => {
  const filled = (value: string) => fillUrl('https://api.test/v1/{id}/x?q={id}', { id: value })
  assert.equal(filled('a/b?c#d&e=f'), 'https://api.test/v1/a%2Fb%3Fc%23d%26e%3Df/x?q=a%2Fb%3Fc%23d%26e%3Df')
  assert.equal(filled('{id}'), 'https://api.test/v1/%7Bid%7D/x?q=%7Bid%7D')
  for (const value of ['.', '..']) assert.throws(() => filled(value), { reason: 'invalid_input' })
})
