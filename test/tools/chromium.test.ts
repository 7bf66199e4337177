import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findChromium } from '../../tools/chromium.ts'

const only =
  (...paths: string[]) =>
  (path: string): boolean =>
    paths.includes(path)

test('CHROME_PATH wins over an installed browser', () => {
  const exists = only('/opt/chrome', '/usr/bin/chromium')
  assert.equal(findChromium({ environment: { CHROME_PATH: '/opt/chrome' }, platform: 'linux', exists }), '/opt/chrome')
})

test('a CHROME_PATH that does not exist is said, not skipped', () => {
  const exists = only('/usr/bin/chromium')
  const search = { environment: { CHROME_PATH: '/gone' }, platform: 'linux', exists } as const
  assert.throws(() => findChromium(search), /CHROME_PATH names \/gone, which does not exist/)
})

test('a browser is found in its usual place on each system, and on the PATH', () => {
  const mac = '/Applications/Chromium.app/Contents/MacOS/Chromium'
  assert.equal(findChromium({ environment: {}, platform: 'darwin', exists: only(mac) }), mac)
  const windows = 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'
  const environment = { PROGRAMFILES: 'C:\\Program Files' }
  assert.equal(findChromium({ environment, platform: 'win32', exists: only(windows) }), windows)
  const nix = '/nix/bin/chromium'
  assert.equal(findChromium({ environment: { PATH: '/bin:/nix/bin' }, platform: 'linux', exists: only(nix) }), nix)
})

test('without any browser one sentence says what to install and names CHROME_PATH', () => {
  const search = { environment: {}, platform: 'linux', exists: () => false } as const
  assert.throws(() => findChromium(search), /^Error: No Chrome or Chromium was found; install .* set CHROME_PATH .*\.$/)
})
