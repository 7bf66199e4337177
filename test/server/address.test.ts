import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientAddress, readTrustedProxy } from '../../src/server/http/address.ts'

const ranges = (...texts: string[]) =>
  texts.map((text) => {
    const range = readTrustedProxy(text)
    assert.ok(range, text)
    return range
  })

test('one client has one name, however its address is written', () => {
  const alike: string[][] = [
    ['192.0.2.1', '::ffff:192.0.2.1', '::ffff:c000:201', '::FFFF:192.0.2.1'],
    ['2001:db8::1', '2001:0DB8:0:0::1', '2001:db8::ffff', '2001:db8:0:0:1:2:3:4', '2001:db8::1%eth0'],
  ]
  for (const texts of alike) assert.equal(new Set(texts.map((text) => clientAddress(text, null, []))).size, 1)
  assert.equal(clientAddress('2001:db8::1', null, []), '2001:db8::/64')
  assert.notEqual(clientAddress('2001:db8:0:1::1', null, []), clientAddress('2001:db8::1', null, []))
  for (const text of ['', 'localhost', '1.2.3', '0x7f.1', '127.1', '2130706433', '1.2.3.4.5', ' 1.2.3.4', undefined])
    assert.equal(clientAddress(text, null, []), undefined, text)
})

test('X-Forwarded-For counts only from a trusted proxy, and then only its last entry that is not one', () => {
  const trusted = ranges('10.0.0.0/8', '2001:db8:ffff::/48', '198.51.100.7')
  const cases: [string, string | null, string][] = [
    ['192.0.2.1', '203.0.113.9', '192.0.2.1'],
    ['10.0.0.1', null, '10.0.0.1'],
    ['10.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['::ffff:10.0.0.1', '203.0.113.9', '203.0.113.9'],
    ['10.0.0.1', '1.1.1.1, 203.0.113.9', '203.0.113.9'],
    ['10.0.0.1', '1.1.1.1, 203.0.113.9, 10.2.3.4,198.51.100.7', '203.0.113.9'],
    ['2001:db8:ffff::1', '2001:db8:1::1', '2001:db8:1::/64'],
    ['10.0.0.1', '203.0.113.9:4711', '203.0.113.9'],
    ['10.0.0.1', '[2001:db8:1::1]:4711', '2001:db8:1::/64'],
    // What cannot be read ends the chain: the hop before it is all that is known.
    ['10.0.0.1', '203.0.113.9, unknown', '10.0.0.1'],
    ['10.0.0.1', 'evil, 10.2.3.4', '10.2.3.4'],
    ['10.0.0.1', '', '10.0.0.1'],
  ]
  for (const [remote, header, expected] of cases)
    assert.equal(clientAddress(remote, header, trusted), expected, `${remote} ${header}`)
  assert.equal(clientAddress('10.0.0.1', '203.0.113.9', []), '10.0.0.1', 'nobody is trusted by default')
})

test('what is no address or range is none', () => {
  for (const text of ['', 'localhost', '10.0.0.0/33', '10.0.0', '2001:db8::/129', '*', '10.0.0.0/8/8'])
    assert.equal(readTrustedProxy(text), undefined, text)
})
