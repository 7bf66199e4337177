/** Reads an authorization request, pushed or not, as strictly as the record describes it. */

import { type Asked, type Fake, scopeProblems, splitScopes } from './fake.ts'
import { type Expected, type Parameters, type Read, compare, one, standardNames } from './parameters.ts'
import { fillAll } from './template.ts'

/**
 * Reads an authorization request and says what a strict service would refuse in it.
 *
 * @param rawQuery - For values that must be written as they stand; undefined for a pushed request.
 * @see RFC 6749 §4.1.1, RFC 7636 §4.3, RFC 8707 §2
 */
export function checkAuthorization(
  fake: Fake,
  pairs: readonly (readonly [string, string])[],
  rawQuery: string | undefined,
  also: Readonly<Record<string, Expected>> = {},
): { readonly asked: Asked; readonly problems: readonly string[] } {
  const rules = fake.says.authorize
  const raw = rawQuery === undefined ? { pairs, problems: [] } : readRaw(pairs, rawQuery, rawNames(fake))
  const { parameters, problems } = standardNames(raw.pairs, rules)
  const expected = { ...expectedParameters(fake), ...also }
  const force = Object.keys(rules.force ?? { prompt: 'login' })
  const allowed = ['scope', 'nonce', ...force, ...(fake.says.dpop ? ['dpop_jkt'] : [])]
  const asked: Asked = {
    redirectUri: one(parameters, 'redirect_uri'),
    state: one(parameters, 'state'),
    scopes: splitScopes(fake, one(parameters, 'scope')),
    challenge: one(parameters, 'code_challenge'),
    nonce: one(parameters, 'nonce'),
    responseMode: one(parameters, 'response_mode'),
  }
  return {
    asked,
    problems: [
      ...raw.problems,
      ...problems,
      ...compare(parameters, { expected, allowed, omit: rules.omit }),
      ...(rules.omit?.includes('scope') ? [] : scopeProblems(fake, parameters)),
      ...valueProblems(fake, asked),
      ...forceProblems(fake, parameters),
    ],
  }
}

function expectedParameters(fake: Fake): Readonly<Record<string, Expected>> {
  const { authorize: rules, resource } = fake.says
  const force = rules.force ?? { prompt: 'login' }
  const fixed = Object.entries(fillAll(rules.params, fake.known)).filter(([name]) => !Object.hasOwn(force, name))
  return {
    response_type: { is: 'code' },
    client_id: { is: fake.client.client.clientId },
    redirect_uri: { any: true },
    state: { any: true },
    ...(fake.says.pkce ? { code_challenge: { any: true }, code_challenge_method: { is: 'S256' } } : {}),
    ...(resource.length > 0 ? { resource: { each: resource } } : {}),
    ...Object.fromEntries(fixed.map(([name, value]) => [name, { is: value }])),
  }
}

function valueProblems(fake: Fake, { redirectUri, challenge, scopes, nonce }: Asked): readonly string[] {
  return [
    ...redirectProblems(fake, redirectUri),
    ...(fake.says.pkce && challenge !== '' && !/^[A-Za-z0-9_-]{43}$/.test(challenge)
      ? ['code_challenge is not a SHA-256']
      : []),
    ...(scopes.includes('openid') && nonce === '' ? ['nonce is missing'] : []),
  ]
}

function redirectProblems(fake: Fake, redirectUri: string): readonly string[] {
  if (redirectUri === '') return []
  if (!URL.canParse(redirectUri)) return ['redirect_uri is not an absolute URL']
  const { redirectUri: registered = redirectUri } = fake.options
  return redirectUri === registered ? [] : ['redirect_uri is not registered']
}

/** What asks for a new sign-in may take the place of a fixed parameter, or join it (`prompt` is a list). */
function forceProblems(fake: Fake, parameters: Parameters): readonly string[] {
  const rules = fake.says.authorize
  const fixed = fillAll(rules.params, fake.known)
  return Object.entries(rules.force ?? { prompt: 'login' }).flatMap(([name, forced]) => {
    const sent = parameters.get(name)?.[0]
    const usual = fixed[name]
    if (sent === undefined) return usual === undefined ? [] : [`${name} is missing`]
    const joined = new Set([...forced.split(' '), ...(usual?.split(' ') ?? [])])
    const words = sent.split(' ')
    const isJoined = words.length === joined.size && words.every((word) => joined.has(word))
    return sent === usual || sent === forced || isJoined ? [] : [`${name} has a wrong value`]
  })
}

function rawNames(fake: Fake): readonly string[] {
  const { raw = [], rename = {} } = fake.says.authorize
  return raw.map((name) => rename[name] ?? name)
}

/** Only what would end a value or the URL, or be read as something else, may be percent-encoded in a raw parameter. */
function readRaw(pairs: readonly (readonly [string, string])[], rawQuery: string, names: readonly string[]): Read {
  const texts = new Map(rawQuery.split('&').map((part) => [part.slice(0, part.indexOf('=')), part]))
  const problems = names.filter((name) => {
    const encoded = texts.get(name)?.match(/%[0-9A-Fa-f]{2}/g) ?? []
    return encoded.some((code) => /[!$'()*,\-./0-9:;=?@A-Z_a-z~]/.test(decodeURIComponent(safe(code))))
  })
  const read = pairs.map(([name, value]) => {
    const text = names.includes(name) ? texts.get(name)?.slice(name.length + 1) : undefined
    return [name, text === undefined ? value : decodeURIComponent(text)] as const
  })
  return { pairs: read, problems: problems.map((name) => `${name} is written as it stands, not percent-encoded`) }
}

/** A byte of a longer character is no ASCII character. */
const safe = (code: string) => (Number.parseInt(code.slice(1), 16) > 0x7f ? '' : code)
