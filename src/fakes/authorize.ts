/** The authorization endpoint: checks the request as the record describes it, consents, and sends the person back. */

import { checkAuthorization } from './authorization-check.ts'
import { sendBack } from './callback.ts'
import { type Fake, refuse } from './fake.ts'
import type { FakeReply, FakeRequest } from './http.ts'
import { type Read, compare, one, readPairs, standardNames } from './parameters.ts'
import { target } from './template.ts'

/** What the page of a `fragment` service adds when it has moved the parameters out of the fragment. */
const fromFragment = 'fake_from'

/** Answers a visit of the authorization endpoint. */
export function authorize(fake: Fake, request: FakeRequest): FakeReply {
  const { authorize: url = '', par } = fake.says.urls
  const fragment = fake.says.authorize.fragment === true
  if (fragment && !request.rawQuery.includes(`${fromFragment}=fragment`)) return fragmentPage(fake, request)
  const read = readPairs(request, { method: 'GET', body: 'query', target: target(url, fake.known) })
  const pairs = read.pairs.filter(([name]) => name !== fromFragment)
  if (par !== undefined) return pushedOnly(fake, request, { ...read, pairs })
  const { asked, problems } = checkAuthorization(fake, pairs, request.rawQuery)
  const all = [...read.problems, ...problems]
  return all.length > 0 ? refuse(fake, 'authorize', all) : sendBack(fake, request, asked)
}

/** A server never sees a fragment: the page there has a script that reads it. */
function fragmentPage(fake: Fake, request: FakeRequest): FakeReply {
  if (request.rawQuery !== '') return refuse(fake, 'authorize', ['parameters go behind a #'])
  const script = `location.replace(location.pathname + '?${fromFragment}=fragment&' + location.hash.slice(1))`
  return { status: 200, headers: { 'content-type': 'text/html' }, body: `<!doctype html><script>${script}</script>` }
}

/** The address to which the page of a `fragment` service goes on. */
export function withoutFragment(url: URL): URL {
  const next = new URL(url)
  next.hash = ''
  next.search = `?${fromFragment}=fragment&${url.hash.slice(1)}`
  return next
}

/** RFC 9126 §4: the front channel carries nothing but the client and the reference. */
function pushedOnly(fake: Fake, request: FakeRequest, read: Read): FakeReply {
  const { parameters, problems } = standardNames(read.pairs, fake.says.authorize)
  const expected = { client_id: { is: fake.client.client.clientId }, request_uri: { any: true } } as const
  const all = [...read.problems, ...problems, ...compare(parameters, { expected })]
  const reference = one(parameters, 'request_uri')
  const asked = fake.pushed.get(reference)
  fake.pushed.delete(reference)
  if (!asked) all.push('the request was not pushed, or its reference was used before')
  return all.length > 0 || !asked ? refuse(fake, 'authorize', all) : sendBack(fake, request, asked)
}
