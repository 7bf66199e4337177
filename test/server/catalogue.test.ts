import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { lintConnector } from '../../src/server/catalogue/lint/lint.ts'
import { catalogue } from '../../src/server/index.ts'
import { conform } from '../support/conform.ts'

const records = Object.values(catalogue)

describe('each record connects, reads, calls, refreshes and disconnects at the fake of its service', {
  concurrency: 4,
}, () => {
  for (const record of records) test(record.id, (t) => conform(t, record))
})

test('no record has a fault', () => {
  for (const record of records) {
    const { findings } = lintConnector(record)
    assert.deepEqual(
      findings.filter(({ level }) => level === 'fault'),
      [],
      record.id,
    )
  }
})

test('each record says what it was held against, and when', () => {
  for (const { id, checked, sources } of records) {
    const [, date = ''] = /^(?:docs|live) (\d{4}-\d{2}-\d{2})$/.exec(checked) ?? []
    assert.equal(new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10), date, `${id}: ${date} is no date`)
    assert.ok(date >= '2026-01-01', `${id}: ${date}`)
    assert.ok(sources.length > 0, `${id} has no source`)
    for (const source of sources) {
      const { protocol, username, hostname } = new URL(source)
      assert.deepEqual([protocol, username], ['https:', ''], `${id}: ${source}`)
      assert.match(hostname, /\.[a-z]{2,}$/)
    }
  }
})

/** There a client id is made inside each account, at an address that no public page names. */
const insideAccounts = ['front', 'monday', 'smartsheet', 'typeform', 'zendesk']

test('the catalogue holds each connector once, under its own id, with looks and a page for its client', () => {
  assert.ok(records.length >= 60)
  const ids = records.map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length)
  const names = records.map(({ name }) => name)
  assert.equal(new Set(names).size, names.length)
  for (const [key, record] of Object.entries(catalogue)) {
    assert.equal(record.id, key)
    assert.ok(record.monogram !== undefined || record.icon !== undefined, `${key} has no looks`)
    assert.ok(record.category !== '', key)
    if (record.clientPage !== undefined)
      assert.equal(new URL(record.clientPage.replaceAll(/\{\w+\}/g, 'x')).protocol, 'https:')
    if (record.method === 'oauth2' && !insideAccounts.includes(key))
      assert.ok(record.clientPage, `${key} does not say where a client id is made`)
  }
})

test('no record lets a typed or bound credential reach a browser, nor calls anything but https', () => {
  for (const record of records) {
    const bound = record.method === 'oauth2' && record.dpop === true
    if (!['oauth2', 'custom'].includes(record.method) || bound) assert.equal(record.reach, 'proxy', record.id)
    assert.equal(/"http:/.test(JSON.stringify(record)), false, record.id)
  }
})
