import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { ConnectorAuth } from '../../src/react/index.ts'

test('a server renders the tag, inert, and nothing of a function prop', () => {
  const props = { baseUrl: '/connector-auth', tokenUrl: '/connect-token', connectorId: 'google', onConnected: () => {} }
  const html = renderToString(createElement(ConnectorAuth, props))
  assert.match(html, /^<connector-auth[^>]*><\/connector-auth>$/)
  assert.equal(html.includes('function'), false)
})

test('the element and its registration can be imported where there is no browser', async () => {
  const { ConnectorAuth: Element, define } = await import('../../src/element/register.ts')
  assert.equal(typeof Element, 'function')
  assert.doesNotThrow(() => define())
})
