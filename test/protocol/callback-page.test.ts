import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { brotliCompressSync } from 'node:zlib'
import { callbackPage, callbackPolicy } from '../../src/protocol/callback-page.ts'
import { callbackScript } from '../../src/protocol/callback-script.ts'

const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

test('the policy allows the very script and style that the page carries, and nothing else', () => {
  const page = callbackPage({ inline: true })
  const [, script = ''] = /<script>([^]*)<\/script>/.exec(page) ?? []
  const [, style = ''] = /<style>([^]*)<\/style>/.exec(page) ?? []
  assert.equal(
    callbackPolicy,
    `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; frame-ancestors 'none'; base-uri 'none'`,
  )
})

test('the static page has no inline script or style, and an odd name cannot leave its attribute', () => {
  const page = callbackPage({ src: 'a"><script>evil()</script>&b.js' })
  assert.match(page, /<script src="a&quot;>&lt;script>evil\(\)&lt;\/script>&amp;b\.js"><\/script>/)
  assert.doesNotMatch(page, /<style|<script>/)
})

test('the script is half a kilobyte at most', () => {
  assert.ok(brotliCompressSync(callbackScript).length <= 500)
})
