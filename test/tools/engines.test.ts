import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findProgram } from '../../tools/engines.ts'

const nowhere = { environment: {}, exists: () => false, list: () => [] }
const only =
  (...paths: string[]) =>
  (path: string): boolean =>
    paths.includes(path)

test('the variable of a program wins, and one that names nothing is said, not skipped', () => {
  const environment = { FIREFOX_PATH: '/opt/firefox', PATH: '/bin' }
  const exists = only('/opt/firefox', '/bin/firefox')
  assert.equal(findProgram('firefox', { ...nowhere, environment, exists }), '/opt/firefox')
  assert.throws(
    () => findProgram('firefox', { ...nowhere, environment, exists: only('/bin/firefox') }),
    /FIREFOX_PATH names \/opt\/firefox, which does not exist/,
  )
})

test('Firefox ESR comes before Firefox, and what is on no PATH is looked for in its place', () => {
  const environment = { PATH: '/bin:/usr/bin' }
  const both = only('/bin/firefox', '/usr/bin/firefox-esr')
  assert.equal(findProgram('firefox', { ...nowhere, environment, exists: both }), '/usr/bin/firefox-esr')
  const list = (pattern: string) => (pattern.includes('MiniBrowser') ? ['/usr/lib/a/MiniBrowser'] : [])
  assert.equal(findProgram('miniBrowser', { ...nowhere, list }), '/usr/lib/a/MiniBrowser')
})

test('a program that is nowhere is one sentence with what to install', () => {
  assert.throws(
    () => findProgram('webkitDriver', nowhere),
    /^Error: WebKitWebDriver was not found; install it .*webkit2gtk-driver.* WEBKIT_DRIVER_PATH .*\.$/,
  )
})
