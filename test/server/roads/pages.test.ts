// Attacks 28 to 30: what the backend itself shows to a person on the way.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer } from '../../support/backend.ts'
import { appCallback, hostOrigin, startRoads } from '../../support/roads.ts'
import { walkedRoads } from '../../support/walks.ts'

const nasty = `"><img src=https://evil.test/x onerror=alert(1)></script><script>alert(2)</script>`

/** One of each page, reached with as much of somebody else's text as can be brought there. */
async function everyPage(t: Parameters<typeof startRoads>[0]): Promise<ReadonlyMap<string, Answer>> {
  const roads = await startRoads(t)
  const browser = roads.browser()
  const pages = new Map<string, Answer>()
  const more = `&error_description=${encodeURIComponent(nasty)}&error_uri=${encodeURIComponent('https://evil.test/')}`
  const { callback } = await (await roads.page()).begin()
  pages.set('callback page', await browser.visit(`${appCallback}${callback.search}${more}`))
  const attempt = await roads.bridge(await roads.bridgePage(nasty.slice(0, 60), { label: nasty.slice(0, 60) }))
  pages.set('bridge', await attempt.enter(browser))
  const back = await roads.consent(pages.get('bridge') ?? { status: 0, headers: new Headers(), body: '' })
  pages.set('bridge done', await browser.visit(`${back.href}${more}`))
  pages.set('bridge refused', await attempt.enter(roads.browser(), { origin: 'https://evil.test' }))
  const typed = await walkedRoads.find(({ name }) => name === 'typed code')?.start(roads, { subject: nasty, browser })
  const shown = await roads.fake.authorize((await typed?.open(browser)) ?? '')
  pages.set('typed code', await browser.visit(`${shown.href}${more}`))
  const again = shown.search.replace(/iss=[^&]*/, '')
  pages.set('typed code refused', await browser.visit(`${appCallback}${again}${more}`))
  pages.set('unknown state', await browser.visit(`${appCallback}?state=${encodeURIComponent(nasty)}${more}`))
  const asking = await startRoads(t, {
    backend: { confirmBridge: true, appName: nasty },
    record: () => ({ name: nasty.slice(0, 60) }),
  })
  const asked = await asking.bridge(await asking.bridgePage(nasty, { label: nasty.slice(0, 60) }))
  pages.set('confirmation', await asked.enter(asking.browser(), { origin: hostOrigin }))
  return pages
}

const ourTags = /^<\/?(html|head|meta|title|style|body|main|p|strong|form|input|button|script|noscript)\b/

test('no page of the backend carries a script, a tag or an address that somebody else wrote', async (t) => {
  const pages = await everyPage(t)
  assert.equal(pages.size, 8)
  for (const [name, { body, headers, status }] of pages) {
    assert.ok([200, 400, 403].includes(status), `${name}: ${status}`)
    assert.match(headers.get('content-type') ?? '', /^text\/html/, name)
    const tags: string[] = body.match(/<[a-z/][^>]*>/gi) ?? []
    assert.ok(tags.length > 10, name)
    for (const tag of tags) {
      assert.match(tag, ourTags, name)
      assert.equal(/\s(src|href|on\w+)\s*=/.test(tag), false, `${name}: ${tag}`)
    }
    assert.ok(tags.filter((tag) => tag.startsWith('<script')).length <= 1, name)
    // The names that the confirmation tells are text.
    assert.equal(body.includes('evil.test'), name === 'confirmation', name)
    // One script and one style by nonce or hash, and nothing from anywhere else (RFC 9700 §4.2.4).
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(policy, /^default-src 'none'; script-src '(nonce|sha256)-[^' ]+';/, name)
    assert.match(policy, /frame-ancestors 'none'; base-uri 'none'/, name)
    const told = ['x-frame-options', 'cache-control', 'referrer-policy'].map((one) => headers.get(one))
    assert.deepEqual(told, ['DENY', 'no-store', name === 'confirmation' ? 'same-origin' : 'no-referrer'], name)
  }
})

test('what stands in the query of a callback stands nowhere in the page', async (t) => {
  const roads = await startRoads(t)
  const { callback } = await (await roads.page()).begin()
  const { body } = await roads.browser().visit(callback)
  for (const value of callback.searchParams.values()) assert.equal(body.includes(value), false)
  // Off the URL before anything else is done (attack 31).
  assert.match(body, /<script>"use strict";\(\(\)=>\{var \w+=location\.search\.slice\(1\);history\.replaceState\(/)
})
