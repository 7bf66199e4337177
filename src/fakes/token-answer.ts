/** Writes token answers and errors the way a record says that its service does. */

import type { Issued } from './families.ts'
import type { Fake } from './fake.ts'
import { type FakeReply, json } from './http.ts'
import { idToken } from './id-token.ts'
import { type Placed, build } from './json-path.ts'

/** The answer that carries tokens (RFC 6749 §5.1), each where the record maps it. */
export async function tokenAnswer(fake: Fake, issued: Issued): Promise<FakeReply> {
  const { token, identity, dpop } = fake.says
  const map = token.map ?? {}
  const values: Placed[] = [
    [lastOf(map.access, 'access_token'), issued.accessToken],
    [map.type ?? 'token_type', dpop ? 'DPoP' : 'Bearer'],
    ...expiry(fake),
    ...scopes(fake, issued.family.scopes),
    ...told(fake),
  ]
  if (issued.refreshToken) values.push([lastOf(map.refresh, 'refresh_token'), issued.refreshToken])
  const signed = await idToken(fake, issued.family)
  if (signed) values.push(['id_token', signed])
  if (identity?.from === 'token_response')
    values.push([identity.name, issued.family.account.name], [identity.id, issued.family.account.id])
  return success(fake, build(values))
}

/** With several paths the first ones hold nothing here: a reader must go on to the next. */
function lastOf(paths: string | readonly string[] | undefined, standard: string): string {
  return typeof paths === 'string' ? paths : (paths?.at(-1) ?? standard)
}

function success(fake: Fake, body: unknown): FakeReply {
  if (fake.options.tokenAnswer !== 'form') return json(200, body)
  const fields = new URLSearchParams()
  for (const [name, value] of Object.entries(typeof body === 'object' && body !== null ? body : {}))
    fields.set(name, String(value))
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', 'cache-control': 'no-store' }
  return { status: 200, headers, body: fields.toString() }
}

/** Nothing where the record assumes a lifetime and says no place: such a service does not tell. */
function expiry(fake: Fake): readonly Placed[] {
  const { token, refresh } = fake.says
  const rule = token.map?.expiry
  if (rule === undefined) return refresh.assumedLifetimeSeconds ? [] : [['expires_in', fake.expiresInSeconds]]
  if (typeof rule === 'string') return [[rule, fake.expiresInSeconds]]
  const milliseconds = rule.unit === 'milliseconds'
  if (!rule.absolute) return [[rule.path, fake.expiresInSeconds * (milliseconds ? 1_000 : 1)]]
  const at = Date.now() + fake.expiresInSeconds * 1_000
  if (rule.unit === undefined) return [[rule.path, new Date(at).toISOString()]]
  return [[rule.path, milliseconds ? at : Math.floor(at / 1_000)]]
}

function scopes(fake: Fake, granted: readonly string[]): readonly Placed[] {
  const { token, scope } = fake.says
  const named = granted.filter((one) => !scope?.untold?.includes(one))
  const separator = token.scopeSeparator ?? scope?.separator ?? ' '
  return named.length === 0 ? [] : [[token.map?.scope ?? 'scope', named.join(separator)]]
}

function told(fake: Fake): readonly Placed[] {
  return Object.entries(fake.says.record.capture ?? {})
    .filter(([, { from }]) => from === 'token_response')
    .map(([name, { path }]) => [path, fake.captured.told[name] ?? ''])
}

/** An error that ends a grant: in the service's own word where it has one. */
export function deadAnswer(fake: Fake, standard = 'invalid_grant'): FakeReply {
  return errorAnswer(fake, fake.says.token.errors?.dead?.[0] ?? standard)
}

/** A token endpoint's error (RFC 6749 §5.2), or a 200 that hides it. */
export function errorAnswer(fake: Fake, error: string, status = 400): FakeReply {
  const hidden = fake.says.token.error?.[0]
  if (hidden !== undefined)
    return json(
      200,
      build([
        ['ok', false],
        [hidden, error],
      ]),
    )
  return json(status, { error, error_description: 'Refused.' })
}
