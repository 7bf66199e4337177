/** What every act of one fake service shares. */

import type { ClientCheck, KnownClient } from './client.ts'
import type { Captured } from './captured.ts'
import type { Description } from './description.ts'
import type { Families } from './families.ts'
import type { FakeAccount } from './grants.ts'
import { type FakeReply, json } from './http.ts'
import type { Leeway } from './leeway.ts'
import type { Parameters } from './parameters.ts'
import type { Origin } from './rewrite.ts'
import type { Known } from './template.ts'

/** A request that the service would refuse, or that nobody should send. */
export interface FakeFault {
  readonly endpoint: Endpoint
  readonly reason: string
}

/** What of a service a request was for. */
export type Endpoint =
  | 'authorize'
  | 'token'
  | 'par'
  | 'revoke'
  | 'device'
  | 'discovery'
  | 'jwks'
  | 'resource'
  | 'api'
  | 'unknown'

export interface ServiceOptions {
  /** Whose account is connected. */
  readonly account?: FakeAccount
  /** Inputs by name, where the made ones will not do. */
  readonly values?: Known
  /** What is handed out to be captured, by capture name. */
  readonly captured?: Known
  readonly client?: { readonly clientId?: string; readonly clientSecret?: string }
  readonly expiresInSeconds?: number
  /** Whether the refresh token that was replaced last is taken once more; `none` where absent. */
  readonly leeway?: Leeway
  /** The form of token answers. */
  readonly tokenAnswer?: 'json' | 'form'
  /** What the person grants of what was asked for; everything where absent. */
  readonly grant?: readonly string[]
  /** The only redirect URI that is registered; any where absent. */
  readonly redirectUri?: string
  /** How often a device may ask, in seconds. */
  readonly deviceIntervalSeconds?: number
}

/** A pushed authorization request (RFC 9126) or one that came by the browser. */
export interface Asked {
  readonly redirectUri: string
  readonly state: string
  readonly scopes: readonly string[]
  readonly challenge: string
  readonly nonce: string
  readonly responseMode: string
}

/** A device that waits for its person (RFC 8628). */
export interface DeviceGrant {
  readonly userCode: string
  readonly scopes: readonly string[]
  state: 'pending' | 'approved' | 'denied'
  /** When it may ask again, in milliseconds since 1970. */
  next: number
  intervalSeconds: number
}

/** The fake's state. */
export interface Fake {
  readonly says: Description
  readonly origins: readonly Origin[]
  readonly options: ServiceOptions
  readonly client: KnownClient
  readonly captured: Captured
  /** What templates are filled with: inputs, captured values, `clientId`, `basic`. */
  readonly known: Known
  readonly families: Families
  readonly faults: FakeFault[]
  /** Pushed requests by `request_uri`, each for one use. */
  readonly pushed: Map<string, Asked>
  /** Devices by device code. */
  readonly devices: Map<string, DeviceGrant>
  /** Ids of DPoP proofs that were used. */
  readonly proofs: Set<string>
  /** The nonce that proofs must carry now. */
  nonce: string
  account: FakeAccount
  /** Lifetime of the next access token. */
  expiresInSeconds: number
}

/** Notes what is wrong and refuses the request. */
export function refuse(fake: Fake, endpoint: Endpoint, reasons: readonly string[], status = 400): FakeReply {
  for (const reason of reasons) fake.faults.push({ endpoint, reason })
  const error = status === 401 ? 'invalid_client' : 'invalid_request'
  return json(status, { error, error_description: reasons.join('; ') })
}

/** Refuses a client that does not authenticate as it must; one that a person typed wrongly is nobody's fault. */
export function refuseClient(fake: Fake, endpoint: Endpoint, { problems, wrong }: ClientCheck): FakeReply | undefined {
  if (problems.length > 0) return refuse(fake, endpoint, problems, 401)
  if (!wrong) return undefined
  if (!fake.client.typed) return refuse(fake, endpoint, ['the client id or secret is not right'], 401)
  return json(401, { error: 'invalid_client', error_description: 'There is no such client.' })
}

/** The scopes that a text names. */
export function splitScopes(fake: Fake, text: string): readonly string[] {
  return text.split(fake.says.scope?.separator ?? ' ').filter((scope) => scope !== '')
}

/** Every scope that the service has. */
export function knownScopes({ says: { scope } }: Fake): readonly string[] {
  return [...(scope?.default ?? []), ...(scope?.required ?? []), ...(scope?.optional ?? [])]
}

/** Says which scopes of a request are not the record's, or are missing. */
export function scopeProblems(fake: Fake, parameters: Parameters): readonly string[] {
  const rules = fake.says.scope
  const text = parameters.get('scope')?.[0]
  if (text === undefined) {
    const must = [...(rules?.required ?? []), ...(rules?.default ?? [])]
    return must.length > 0 ? ['scope is missing'] : []
  }
  if (!rules) return ['scope is not a parameter here']
  const known = knownScopes(fake)
  const asked = splitScopes(fake, text)
  return [
    ...asked.filter((scope) => !known.includes(scope)).map(() => 'scope names one that the service does not have'),
    ...(rules.required ?? []).filter((scope) => !asked.includes(scope)).map((scope) => `scope must name ${scope}`),
  ]
}
