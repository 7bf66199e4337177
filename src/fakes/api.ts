/** The service's API: checks the injected credential and answers with what it saw. */

import { checkCredential, placesOf } from './credential.ts'
import { type Fake, refuse } from './fake.ts'
import { type FakeReply, type FakeRequest, json, pause } from './http.ts'
import { headerProblems } from './parameters.ts'
import { hostHeader } from './rewrite.ts'
import { decoded, fill, fillAll } from './template.ts'

type Host = NonNullable<Fake['says']['record']['proxy']>[string]

/** Tells whether the API is at this origin. */
export function isApi(fake: Fake, origin: string): boolean {
  const { apiOrigins, proxy = {} } = fake.says.record
  return apiOrigins.includes(origin) || Object.values(proxy).some((host) => host.origin === origin)
}

/**
 * Answers a call of the API.
 *
 * The path's end chooses what kind of answer: `/fake/stream`, `/fake/redirect`, `/fake/cookies`, `/fake/slow`,
 * `/fake/status/418`; anything else is an echo of method, path, query, headers and body, the credential redacted.
 */
export async function api(fake: Fake, request: FakeRequest): Promise<FakeReply> {
  if (request.method === 'OPTIONS') return preflight(fake)
  const host = hostFor(fake, request)
  const problems = host ? hostProblems(fake, request, host) : notProxied(fake, request)
  if (problems.length > 0) return refuse(fake, 'api', problems)
  const credential = await checkCredential(fake, request, placesOf(fake), 'api')
  if (credential.kind === 'answer') return credential.reply
  if (credential.kind === 'wrong') return refuse(fake, 'api', ['the credential is not right'], 401)
  const reply = await special(request)
  return shared(fake, reply ?? json(200, echo(fake, request)))
}

interface NamedHost {
  readonly alias: string
  readonly host: Host
}

/** The proxied host that a request fits; where several share an origin, their paths tell them apart. */
function hostFor(fake: Fake, request: FakeRequest): NamedHost | undefined {
  return Object.entries(fake.says.record.proxy ?? {})
    .filter(([, { origin }]) => origin === request.origin)
    .map(([alias, host]) => ({ alias, host }))
    .find(
      ({ host: { paths } }) => paths?.some((path) => decoded(request.path).startsWith(fill(path, fake.known))) ?? true,
    )
}

function hostProblems(fake: Fake, request: FakeRequest, { alias, host }: NamedHost): readonly string[] {
  const template = fake.origins.find(({ origin }) => origin === request.origin)?.host
  const told = request.headers[hostHeader(alias)]
  return [
    ...(host.methods && !host.methods.some((method) => method === request.method)
      ? [`${request.method} is not allowed at ${alias}`]
      : []),
    ...headerProblems(request, fillAll(host.headers, fake.known)),
    ...(template !== undefined && told !== fill(template, fake.known)
      ? ['the host is not the one of this connection']
      : []),
  ]
}

/** Outside the proxy's paths, only a page may call, and only where the record lets tokens reach pages. */
function notProxied(fake: Fake, request: FakeRequest): readonly string[] {
  const { reach, apiOrigins } = fake.says.record
  return reach === 'direct' && apiOrigins.includes(request.origin) ? [] : ['no host of the proxy has this path']
}

async function special(request: FakeRequest): Promise<FakeReply | undefined> {
  const [, kind, more] = /\/fake\/(stream|redirect|cookies|slow|status)(?:\/([^/]*))?$/.exec(request.path) ?? []
  const query = new URLSearchParams(request.rawQuery)
  const number = (name: string, usual: number) => Number(query.get(name) ?? usual)
  switch (kind) {
    case 'stream':
      return stream(number('chunks', 5), number('ms', 20))
    case 'redirect':
      return { status: 302, headers: { location: query.get('to') ?? `${request.origin}/elsewhere` }, body: '' }
    case 'cookies':
      return { ...json(200, {}), headers: { 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'] } }
    case 'slow':
      await pause(number('ms', 500))
      return undefined
    case 'status':
      return json(Number(more ?? 500), { error: 'as_asked' })
    case undefined:
    default:
      return undefined
  }
}

function stream(chunks: number, ms: number): FakeReply {
  async function* parts(): AsyncGenerator<string> {
    for (let index = 0; index < chunks; index += 1) {
      if (index > 0) await pause(ms)
      yield `data: ${index}\n\n`
    }
  }
  return { status: 200, headers: { 'content-type': 'text/event-stream' }, body: parts() }
}

function echo(fake: Fake, request: FakeRequest): object {
  const { headers, query } = fake.says.inject
  const injected = new Set([...Object.keys(headers).map((name) => name.toLowerCase()), 'dpop'])
  const redact = (pairs: readonly (readonly [string, string | undefined])[], secret: (name: string) => boolean) =>
    Object.fromEntries(pairs.map(([name, value]) => [name, secret(name) ? '[redacted]' : value]))
  return {
    method: request.method,
    path: request.path,
    query: redact([...new URLSearchParams(request.rawQuery)], (name) => Object.hasOwn(query, name)),
    headers: redact(Object.entries(request.headers), (name) => injected.has(name)),
    body: request.body,
  }
}

/** An API that pages may call answers other origins (Fetch standard, CORS protocol). */
function shared(fake: Fake, reply: FakeReply): FakeReply {
  if (fake.says.record.reach !== 'direct') return reply
  return { ...reply, headers: { ...reply.headers, 'access-control-allow-origin': '*' } }
}

function preflight(fake: Fake): FakeReply {
  const headers = { 'access-control-allow-headers': 'authorization, content-type', 'access-control-allow-methods': '*' }
  return shared(fake, { status: fake.says.record.reach === 'direct' ? 204 : 405, headers, body: '' })
}
