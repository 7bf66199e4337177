import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countSessions } from '../../tools/browser-reporter.ts'

const one = (name: string, passed: boolean, skipped = false) => ({ name, passed, skipped })

test('nested tests are counted once each', () => {
  const inner = { name: 'inner', suites: [], tests: [one('b', true), one('c', false), one('d', false, true)] }
  const testResults = { name: '', suites: [inner], tests: [one('a', true)] }
  assert.deepEqual(countSessions([{ passed: false, errors: [], testResults }]), { passed: 2, failed: 1, skipped: 1 })
})

test('a file that crashed or ran no test is one failure', () => {
  const empty = { name: '', suites: [], tests: [] }
  const crash = { passed: false, errors: [{ message: 'no such module' }] }
  assert.deepEqual(countSessions([crash, { passed: true, errors: [], testResults: empty }]), {
    passed: 0,
    failed: 2,
    skipped: 0,
  })
})
