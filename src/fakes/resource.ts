/** The requests that a backend makes for itself: whose account it is, what is to be captured, and whether a key is right. */

import { type Places, checkCredential, placesOf } from './credential.ts'
import { type Fake, refuse } from './fake.ts'
import { type FakeReply, type FakeRequest, json } from './http.ts'
import { type Placed, build } from './json-path.ts'
import { headerProblems, parseJson } from './parameters.ts'
import { decoded, fillAll, target } from './template.ts'

/** One address of this kind, as the record describes it. */
export interface Resource {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** The JSON body that must be sent. */
  readonly body: string | undefined
  /** What the answer holds when all is right. */
  readonly answer: readonly Placed[]
  /** Asked for before anything that it tells is known. */
  readonly captures: boolean
  readonly verify: boolean
}

/** Lists what of this kind a record has. */
function resourcesOf(fake: Fake): readonly Resource[] {
  return [...identityOf(fake), ...capturesOf(fake), ...verifyOf(fake)]
}

function identityOf(fake: Fake): readonly Resource[] {
  const { identity, urls } = fake.says
  if (identity?.from !== 'userinfo' || urls.userinfo === undefined) return []
  const { method = 'GET', headers = {}, body } = identity
  const answer: Placed[] = [
    [identity.name, fake.account.name],
    [identity.id, fake.account.id],
  ]
  return [{ method, url: urls.userinfo, headers, body, answer, captures: false, verify: false }]
}

function capturesOf(fake: Fake): readonly Resource[] {
  return Object.entries(fake.says.record.capture ?? {}).flatMap(([name, { from, url, path, headers = {} }]) => {
    if (from !== 'request' || url === undefined) return []
    const answer: Placed[] = [[path, fake.captured.told[name] ?? '']]
    return [{ method: 'GET' as const, url, headers, body: undefined, answer, captures: true, verify: false }]
  })
}

function verifyOf(fake: Fake): readonly Resource[] {
  const { verify } = fake.says
  if (!verify) return []
  const { method = 'GET', url, headers = {}, body } = verify
  return [{ method, url, headers, body, answer: verified(fake), captures: false, verify: true }]
}

function verified(fake: Fake): readonly Placed[] {
  const { account, expect } = fake.says.verify ?? {}
  return [
    ...(expect?.path === undefined ? [] : [[expect.path, true] as const]),
    ...(account
      ? ([
          [account.name, fake.account.name],
          [account.id, fake.account.id],
        ] as const)
      : []),
  ]
}

/** Gives the resources that a request may be meant for; several may share an address, and are then answered at once. */
export function matching(fake: Fake, request: FakeRequest, path: string): readonly Resource[] {
  return resourcesOf(fake).filter(({ url, method, body, verify }) => {
    const at = target(url, fake.known)
    if (at.origin !== request.origin || !(at.path === path || (verify && shaped(url, path)))) return false
    // A GraphQL address takes every query: the ones that are not ours are the API's.
    return method === request.method && (body === undefined || same(body, request.body))
  })
}

/** A wrong value may stand in the address itself; the service then says so. */
function shaped(template: string, path: string): boolean {
  const pattern = new URL(template.replace(/\{[A-Za-z0-9]+\}/g, '_any_')).pathname
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('_any_', '[^/]+')
  return new RegExp(`^${pattern}$`).test(path)
}

function same(wanted: string, sent: string): boolean {
  const json = parseJson(wanted)
  return json === undefined ? wanted === sent : JSON.stringify(json) === JSON.stringify(parseJson(sent))
}

/** Answers such a request. */
export async function answerResource(
  fake: Fake,
  request: FakeRequest,
  resources: readonly Resource[],
): Promise<FakeReply> {
  // Where several share an address, a request that is right for one of them is right.
  const meant = resources.find((one) => fixedProblems(fake, request, one).length === 0) ?? resources[0]
  if (!meant) return json(404, { error: 'not_found' })
  const early = resources.some(({ captures }) => captures)
  const places = merge(early ? placesBefore(fake) : placesOf(fake), meant.headers)
  const credential = await checkCredential(fake, request, places, 'resource')
  if (credential.kind === 'answer') return credential.reply
  const problems = [...queryProblems(fake, request, meant, placesOf(fake)), ...fixedProblems(fake, request, meant)]
  if (problems.length > 0) return refuse(fake, 'resource', problems)
  if (credential.kind === 'wrong' || !isHere(fake, request, meant)) return wrongCredential(fake, meant)
  const status = rightStatus(fake, meant)
  return status === 204 ? { status, body: '' } : json(status, build(resources.flatMap(({ answer }) => answer)))
}

function wrongCredential(fake: Fake, { verify }: Resource): FakeReply {
  return verify ? rejected(fake) : refuse(fake, 'resource', ['the credential is not right'])
}

function rightStatus(fake: Fake, { verify }: Resource): number {
  const expected = verify ? fake.says.verify?.expect?.status?.[0] : undefined
  return Number(expected ?? 200)
}

/** What can be sent before the captured values are there. */
function placesBefore(fake: Fake): Places {
  const names = Object.keys(fake.says.record.capture ?? {})
  const known = ([, template]: readonly [string, string]) => !names.some((name) => template.includes(`{${name}}`))
  const { headers, query } = placesOf(fake)
  return {
    headers: Object.fromEntries(Object.entries(headers).filter(known)),
    query: Object.fromEntries(Object.entries(query).filter(known)),
  }
}

function isHere(fake: Fake, request: FakeRequest, { url }: Resource): boolean {
  const at = target(url, fake.known)
  const sent = new URLSearchParams(request.rawQuery)
  return (
    at.path === decoded(request.path) && Object.entries(at.query).every(([name, value]) => sent.get(name) === value)
  )
}

/** A header that a resource names itself takes the place of the usual one. */
function merge({ headers, query }: Places, own: Readonly<Record<string, string>>): Places {
  const names = new Set(Object.keys(own).map((name) => name.toLowerCase()))
  const kept = Object.entries(headers).filter(([name]) => !names.has(name.toLowerCase()))
  const carriers = Object.entries(own).filter(([, template]) => template.includes('{'))
  return { headers: Object.fromEntries([...kept, ...carriers]), query }
}

function fixedProblems(fake: Fake, request: FakeRequest, { headers, body }: Resource): readonly string[] {
  const fixed = Object.entries(headers).filter(([, template]) => !template.includes('{'))
  const type = (request.headers['content-type'] ?? '').split(';')[0]
  return [
    ...headerProblems(request, fillAll(Object.fromEntries(fixed), fake.known)),
    ...(body !== undefined && type !== 'application/json' ? ['the body is JSON'] : []),
    ...(body === undefined && request.body !== '' ? ['the body must be empty'] : []),
  ]
}

function queryProblems(fake: Fake, request: FakeRequest, { url }: Resource, { query }: Places): readonly string[] {
  const wanted = target(url, fake.known).query
  const sent = new URLSearchParams(request.rawQuery)
  return [
    ...Object.keys(wanted)
      .filter((name) => !sent.has(name))
      .map((name) => `the query must have ${name}`),
    ...[...sent.keys()]
      .filter((name) => !Object.hasOwn(wanted, name) && !Object.hasOwn(query, name))
      .map((name) => `${name} is not a parameter here`),
  ]
}

/** What a service says of wrong credentials: with 200 where the record looks at a path instead of the status. */
function rejected(fake: Fake): FakeReply {
  const { expect, message } = fake.says.verify ?? {}
  const told: Placed[] = (message ?? ['message']).slice(-1).map((path) => [path, 'These credentials are not right.'])
  return json(expect?.path === undefined ? 401 : 200, build(told))
}
