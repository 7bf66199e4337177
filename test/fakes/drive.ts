/** A client by hand: builds right requests for a fake, so that a test can spoil one thing at a time. */

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import {
  type FakeService,
  type QuirkName,
  type ServiceOptions,
  quirks,
  startFakeService,
} from '../../src/fakes/index.ts'
import type { OAuthConnector } from '../../src/protocol/connector.ts'
import { challengeOf } from '../support/pkce.ts'

export const redirectUri = 'https://app.test/callback'
const verifier = 'v'.repeat(43)

export type Fields = Readonly<Record<string, string>>

export async function startQuirk(t: TestContext, name: QuirkName, options: ServiceOptions = {}): Promise<FakeService> {
  const quirk = quirks.get(name)
  assert.ok(quirk)
  const service = await startFakeService(quirk.record, { ...quirk.options, ...options })
  t.after(() => service.close())
  return service
}

export function oauthOf({ record }: FakeService): OAuthConnector {
  assert.ok(record.method === 'oauth2')
  return record
}

/** Leaves out what is undefined. */
export type Changes = Readonly<Record<string, string | undefined>>

export function changed(fields: Fields, changes: Changes): Fields {
  const all = { ...fields, ...changes }
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

/** A right authorization request of an ordinary service, with changes. */
export function authorizationFields(service: FakeService, changes: Changes = {}): Fields {
  const standard = {
    response_type: 'code',
    client_id: service.client.clientId,
    redirect_uri: redirectUri,
    state: 'state-1',
    scope: 'read profile',
    code_challenge: challengeOf(verifier),
    code_challenge_method: 'S256',
  }
  return changed(standard, changes)
}

export function authorizationUrl(service: FakeService, changes: Changes = {}): string {
  const url = new URL(oauthOf(service).authorize.url ?? '')
  for (const [name, value] of Object.entries(authorizationFields(service, changes))) url.searchParams.set(name, value)
  return url.href
}

/** Gets a code by a right authorization request. */
export async function codeOf(service: FakeService, changes: Changes = {}): Promise<string> {
  const callback = await service.authorize(authorizationUrl(service, changes))
  return callback.searchParams.get(oauthOf(service).callback?.code ?? 'code') ?? ''
}

export const form = (text: string): string => new URLSearchParams({ x: text }).toString().slice(2)

/** The Authorization header of a client, form-urlencoded unless raw. */
export function basic(service: FakeService, raw = false): Fields {
  const { clientId, clientSecret = '' } = service.client
  const text = raw ? `${clientId}:${clientSecret}` : `${form(clientId)}:${form(clientSecret)}`
  return { authorization: `Basic ${Buffer.from(text).toString('base64')}` }
}

export interface Reply {
  readonly status: number
  readonly headers: Headers
  /** A test reads whatever arrived. */
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any
}

export async function call(url: string, init: RequestInit = {}): Promise<Reply> {
  const answer = await fetch(url, { redirect: 'manual', ...init })
  const text = await answer.text()
  const json = (answer.headers.get('content-type') ?? '').includes('json')
  return { status: answer.status, headers: answer.headers, body: json ? JSON.parse(text) : text }
}

export const post = (url: string, fields: Fields, headers: Fields = {}): Promise<Reply> =>
  call(url, { method: 'POST', headers, body: new URLSearchParams(fields) })

export const codeFields = (code: string, changes: Changes = {}): Fields =>
  changed({ grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier }, changes)

/** Tokens by a right authorization and a right redemption of an ordinary service. */
export async function tokensOf(service: FakeService): Promise<Reply['body']> {
  const answer = await post(oauthOf(service).token.url ?? '', codeFields(await codeOf(service)), basic(service))
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body
}

/** The reasons of all faults so far. */
export const reasons = (service: FakeService): string => service.faults.map(({ reason }) => reason).join('; ')
