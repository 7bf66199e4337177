import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { methodsOf, routes } from '../../src/protocol/routes.ts'
import { startHarness } from '../support/backend.ts'
import { everySystem } from '../support/callers.ts'

async function readDocument(t: Parameters<typeof startHarness>[0]) {
  const { call } = await startHarness(t)
  return (await call('GET', '/api/v1/openapi.json')).body
}

test('the OpenAPI document is one by the schema of OpenAPI 3.1', async (t) => {
  const document = await readDocument(t)
  const { valid, errors } = await new Validator().validate(document)
  assert.deepEqual([valid, errors], [true, undefined])
  // The validator does look: a parameter without a place is a fault.
  const broken = structuredClone(document)
  broken.paths['/api/v1/auth-sessions/{sessionId}'].get.parameters = [{ name: 'sessionId' }]
  assert.equal((await new Validator().validate(broken)).valid, false)
})

test('the OpenAPI document names for each route who may call it, and every path parameter', async (t) => {
  const document = await readDocument(t)
  const ids = new Set<string>()
  const listed = routes.flatMap((route) => methodsOf(route).map((method) => ({ ...route, method })))
  for (const { path, method, name, accepts } of listed) {
    const operation = document.paths[path][method.toLowerCase()]
    assert.match(operation.operationId, new RegExp(`^${name}(_|$)`))
    ids.add(operation.operationId)
    assert.deepEqual(
      operation.security.flatMap((one: object) => Object.keys(one)),
      accepts === 'public' ? [] : accepts,
      name,
    )
    for (const kind of accepts === 'public' ? [] : accepts) assert.ok(document.components.securitySchemes[kind], kind)
    const named = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
    const told = operation.parameters.filter((one: { in: string }) => one.in === 'path')
    assert.deepEqual(
      told.map((one: { name: string }) => one.name),
      named,
      name,
    )
  }
  assert.equal(ids.size, listed.length, 'no id stands twice')
})

test('routes of the reference systems stand in the OpenAPI document where they exist, and only there', async (t) => {
  const { call } = await startHarness(t, { backend: { compat: everySystem } })
  const document = (await call('GET', '/api/v1/openapi.json')).body
  const { valid, errors } = await new Validator().validate(document)
  assert.deepEqual([valid, errors], [true, undefined])
  const start = '/api/v1/credentials/auth/{provider}'
  assert.ok(document.paths[start].get.responses['302'])
  assert.equal((await readDocument(t)).paths[start], undefined)
})
