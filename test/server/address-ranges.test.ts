import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPublicAddress } from '../../src/server/egress/address.ts'

/** The IANA special-purpose registries, multicast and what carries another address inside: first and last of each. */
const special: Readonly<Record<string, readonly string[]>> = {
  'this network': ['0.0.0.0', '0.255.255.255'],
  'private 10/8': ['10.0.0.0', '10.255.255.255'],
  'shared 100.64/10': ['100.64.0.0', '100.127.255.255'],
  loopback: ['127.0.0.0', '127.255.255.255', '::1'],
  'link-local': ['169.254.0.0', '169.254.169.254', '169.254.255.255', 'fe80::', 'fe80::1', 'febf:ffff::1'],
  'private 172.16/12': ['172.16.0.0', '172.31.255.255'],
  'protocol assignments': ['192.0.0.0', '192.0.0.8', '192.0.0.170', '192.0.0.192', '192.0.0.255'],
  documentation: ['192.0.2.0', '192.0.2.255', '198.51.100.0', '198.51.100.255', '203.0.113.0', '203.0.113.255'],
  'documentation, v6': ['2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', '3fff::', '3fff:fff:ffff::1'],
  AS112: ['192.31.196.0', '192.31.196.255', '192.175.48.0', '192.175.48.255', '2001:4:112::', '2620:4f:8000::1'],
  AMT: ['192.52.193.0', '192.52.193.255', '2001:3::', '2001:3:ffff::1'],
  '6to4 relay': ['192.88.99.0', '192.88.99.255'],
  'private 192.168/16': ['192.168.0.0', '192.168.255.255'],
  benchmarking: ['198.18.0.0', '198.19.255.255', '2001:2::', '2001:2:0:ffff::1'],
  multicast: ['224.0.0.0', '239.255.255.255', 'ff00::', 'ff02::1', 'ffff::1'],
  reserved: ['240.0.0.0', '255.255.255.254', '255.255.255.255', '4000::1', '1fff::1', 'fe00::1'],
  unspecified: ['::'],
  'IPv4-mapped': ['::ffff:127.0.0.1', '::ffff:a9fe:a9fe', '::ffff:8.8.8.8', '0:0:0:0:0:ffff:0a00:0001'],
  'IPv4-compatible': ['::127.0.0.1', '::7f00:1', '::8.8.8.8'],
  'IPv4-translated': ['::ffff:0:127.0.0.1'],
  NAT64: ['64:ff9b::7f00:1', '64:ff9b::127.0.0.1', '64:ff9b::a9fe:a9fe', '64:ff9b:1::', '64:ff9b:1:ffff::7f00:1'],
  'discard only': ['100::', '100::ffff', '100:0:0:1::1'],
  'protocol assignments, v6': ['2001::', '2001:1::1', '2001:1::2', '2001:1ff:ffff:ffff::1'],
  Teredo: ['2001::1', '2001:0:7f00:1::', '2001:0:ffff:ffff:ffff:ffff:80ff:fffe'],
  ORCHID: ['2001:10::1', '2001:1f:ffff::1', '2001:20::1', '2001:2f:ffff::1', '2001:30::1', '2001:3f:ffff::1'],
  '6to4': ['2002::', '2002:7f00:1::', '2002:a9fe:a9fe::1', '2002:808:808::1'],
  ISATAP: ['2600:1f00::5efe:7f00:1', '2600:1f00::200:5efe:a00:1', '2600:1f00::5efe:127.0.0.1'],
  'segment routing': ['5f00::', '5f00:ffff::1'],
  'unique local': ['fc00::', 'fd00:ec2::254', 'fdff:ffff::1'],
  'site-local': ['fec0::', 'fec0::1', 'feff:ffff::1'],
}

/** Just outside of the ranges, and everyday ones. */
const open = [
  '1.1.1.1',
  '8.8.8.8',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.0',
  '169.253.255.255',
  '169.255.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.0.1.0',
  '192.0.3.0',
  '192.167.255.255',
  '192.169.0.0',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
  '2000::1',
  '2001:200::1',
  '2001:db7:ffff::1',
  '2001:db9::1',
  '2003::1',
  '2606:4700:4700::1111',
  '2a00:1450:4001::200e',
  '3fff:1000::1',
]

for (const [range, addresses] of Object.entries(special))
  test(`no address of this range is public: ${range}`, () => {
    for (const address of addresses) assert.equal(isPublicAddress(address), false, address)
  })

test('addresses beside those ranges are public', () => {
  for (const address of open) assert.equal(isPublicAddress(address), true, address)
})

test('what is no address is not public', () => {
  for (const text of ['', 'localhost', '127.1', '0177.0.0.1', '8.8.8.8.', '[::1]', 'fe80::1%eth0', '2606:4700::1%eth0'])
    assert.equal(isPublicAddress(text), false, text)
})
