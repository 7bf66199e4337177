/** Whether a request to the service's API proves who asks, the way the record injects it. */

import { checkProof } from './dpop.ts'
import { type Fake, refuse } from './fake.ts'
import type { Family } from './families.ts'
import { type FakeReply, type FakeRequest, json } from './http.ts'
import { hostHeader } from './rewrite.ts'
import { fill, placed } from './template.ts'

/** Who asks; or the answer to somebody else. */
export type Credential =
  /** `family` is undefined where no token is involved. */
  | { readonly kind: 'good'; readonly family: Family | undefined }
  /** A right form with wrong content: the answer is the service's own. */
  | { readonly kind: 'wrong' }
  | { readonly kind: 'answer'; readonly reply: FakeReply }

/** Where each part of a credential stands: templates. */
export interface Places {
  readonly headers: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
}

/** The record's own places; a templated host's header is the API's business only. */
export function placesOf(fake: Fake): Places {
  const { headers, query } = fake.says.inject
  const hosts = new Set(Object.keys(fake.says.record.proxy ?? {}).map(hostHeader))
  return { headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !hosts.has(name))), query }
}

/**
 * Checks a request's credential.
 *
 * @param endpoint - `api` for a call through the proxy or by a page, `resource` for the backend's own.
 */
export async function checkCredential(
  fake: Fake,
  request: FakeRequest,
  places: Places,
  endpoint: 'api' | 'resource',
): Promise<Credential> {
  const found = [
    ...Object.entries(places.headers).map(([name, template]) => ({
      name,
      template,
      text: request.headers[name.toLowerCase()],
    })),
    ...Object.entries(places.query).map(([name, template]) => ({ name, template, text: queryOf(request, name) })),
  ]
  const problems = [...missing(found), ...surplus(request, places)]
  if (problems.length > 0) return { kind: 'answer', reply: refuse(fake, endpoint, problems) }
  const token = found.find(({ template }) => template.includes('{accessToken}'))
  const known = { ...fake.known }
  if (token) {
    const accessToken = placed(token.template, fake.known, 'accessToken', token.text ?? '')
    if (accessToken === undefined)
      return { kind: 'answer', reply: refuse(fake, endpoint, [`${token.name} is not as it must be`]) }
    known['accessToken'] = accessToken
    const family = fake.families.living(accessToken)
    if (!family) return { kind: 'answer', reply: dead(fake, accessToken, endpoint) }
    if (fake.says.dpop) {
      const proof = await checkProof(fake, request, endpoint, accessToken)
      if (proof.kind === 'answer') return proof
      if (proof.jkt !== family.jkt)
        return { kind: 'answer', reply: refuse(fake, endpoint, ['DPoP: the token is bound to another key']) }
    }
  }
  const right = found.every(({ template, text }) => (text ?? '') === fill(template, known))
  if (!right) return { kind: 'wrong' }
  return { kind: 'good', family: fake.families.living(known['accessToken'] ?? '') }
}

interface Found {
  readonly name: string
  readonly template: string
  readonly text: string | undefined
}

function missing(found: readonly Found[]): readonly string[] {
  return found.filter(({ text }) => text === undefined).map(({ name }) => `${name} is missing`)
}

/** Somebody's cookie, connect token or API key has no business at the service. */
function surplus(request: FakeRequest, { headers }: Places): readonly string[] {
  const names = Object.keys(headers).map((name) => name.toLowerCase())
  return ['authorization', 'cookie']
    .filter((name) => request.headers[name] !== undefined && !names.includes(name))
    .map((name) => `the header ${name} must not be sent`)
}

/** A token that has ended is refused; one that was never granted is somebody's mistake. */
function dead(fake: Fake, accessToken: string, endpoint: 'api' | 'resource'): FakeReply {
  if (fake.families.kindOf(accessToken) !== 'access')
    refuse(fake, endpoint, ['what was sent is no access token of this service'])
  return json(401, { error: 'invalid_token' }, { 'www-authenticate': 'Bearer error="invalid_token"' })
}

function queryOf(request: FakeRequest, name: string): string | undefined {
  return new URLSearchParams(request.rawQuery).get(name) ?? undefined
}
