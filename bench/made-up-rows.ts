/** Rows of a made-up host: people of many tenants, each with a connection to every connector, and what lies beside them. */

import { randomBytes } from 'node:crypto'
import { sha256 } from '../src/server/digest.ts'
import type { Sealer } from '../src/server/sealing/sealer.ts'
import type { Tables } from '../src/server/stores/tables.ts'
import { connectorIds } from './setting.ts'

export interface Volume {
  readonly connections: number
  /** Of how many people the tokens are really sealed: those that are read. */
  readonly readable: number
  /** When the access tokens end, in milliseconds since 1970. */
  readonly tokensEndAt: number
}

export interface Person {
  readonly tenant: string
  readonly subject: string
}

/** One row and the table it is of. */
export type Row = { readonly [T in keyof Tables]: { readonly table: T; readonly row: Tables[T] } }[keyof Tables]

const peopleOfTenant = 500
const dayMs = 86_400_000

const peopleIn = ({ connections }: Volume) => Math.max(1, Math.floor(connections / connectorIds.length))

export const tenantsIn = (volume: Volume) => Math.ceil(peopleIn(volume) / peopleOfTenant)

export function personOf(index: number): Person {
  return { tenant: `tenant-${Math.floor(index / peopleOfTenant)}`, subject: `user-${String(index).padStart(8, '0')}` }
}

/** The index of one of the people whose tokens are really sealed; they are spread evenly over all. */
export function readableIndex(volume: Volume, nth: number): number {
  return Math.floor((nth * peopleIn(volume)) / readablePeople(volume))
}

export const readablePeople = (volume: Volume) => Math.min(volume.readable, peopleIn(volume))

/** Gives every row; those of other tables stand in proportion to the connections. */
export async function* madeUpRows(volume: Volume, sealer: Sealer): AsyncGenerator<Row> {
  const people = peopleIn(volume)
  let nth = 0
  for (let index = 0; index < people; index += 1) {
    const readable = index === readableIndex(volume, nth)
    if (readable) nth += 1
    const person = personOf(index)
    for (const connector of connectorIds) {
      const connection = connectionRow(person, connector)
      const sealed = readable ? await sealedTokens(sealer, connection) : foreignTokens()
      yield { table: 'connection', row: connection }
      yield { table: 'credential', row: credentialRow(connection.row_id, sealed, volume.tokensEndAt) }
      yield { table: 'audit', row: auditRow(connection) }
    }
    if (index % 5 === 0) yield { table: 'connect_token', row: connectTokenRow(person) }
    if (index % 20 === 0) yield { table: 'auth_session', row: sessionRow(person) }
    if (index % 500 === 0) yield { table: 'revocation', row: revocationRow(person) }
  }
}

const hex = (bytes: number) => randomBytes(bytes).toString('hex')

function connectionRow({ tenant, subject }: Person, connector: string): Tables['connection'] {
  const created = Date.now() - Math.floor(Math.random() * 300 * dayMs)
  return {
    row_id: hex(16),
    space: 'default',
    org: 'community',
    tenant,
    subject,
    connector,
    connection_id: 'default',
    owner: 'user',
    status: 'active',
    reason: '',
    account_id: hex(11),
    account_name: `${subject}@mail.example`,
    scopes_requested: '["read"]',
    scopes_granted: '["read"]',
    created_at: created,
    updated_at: created,
    registration: '',
  }
}

interface SealedTokens {
  readonly access: string
  readonly refresh: string
}

/** As long as those of the large services: an opaque access token, a refresh token half as long. */
async function sealedTokens(sealer: Sealer, { row_id, tenant }: Tables['connection']): Promise<SealedTokens> {
  const context = (column: string) => ['credential', row_id, column, 1]
  return {
    access: await sealer.seal(hex(120), tenant, context('access_token')),
    refresh: await sealer.seal(`rt.${row_id}.0.${'r'.repeat(100)}`, tenant, context('refresh_token')),
  }
}

/** Texts that look and weigh like sealed ones; nobody reads them. */
function foreignTokens(): SealedTokens {
  const text = (bytes: number) =>
    `v1.${hex(8)}.eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0.${randomBytes(12 + bytes + 16).toString('base64url')}`
  return { access: text(240), refresh: text(110) }
}

function credentialRow(rowId: string, { access, refresh }: SealedTokens, endsAt: number): Tables['credential'] {
  return {
    row_id: rowId,
    generation: 1,
    access_token: access,
    refresh_token: refresh,
    token_type: 'Bearer',
    expires_at: endsAt,
    lease_owner: '',
    lease_until: 0,
    details: '',
    received_at: endsAt - 3_600_000,
    keep_alive_at: endsAt + 1_296_000_000,
    unanswered: 0,
  }
}

function auditRow({ tenant, subject, connector, connection_id, created_at }: Tables['connection']): Tables['audit'] {
  return {
    id: `au_${created_at.toString(16).padStart(12, '0')}${hex(8)}`,
    at: created_at,
    space: 'default',
    request_id: `req_${hex(12)}`,
    actor_kind: 'connect_token',
    actor: hex(16),
    event: 'connection.connected',
    target: '',
    org: 'community',
    tenant,
    subject,
    connector,
    connection_id,
    result: 'success',
    reason: '',
  }
}

function connectTokenRow({ tenant, subject }: Person): Tables['connect_token'] {
  return {
    hash: sha256(hex(16)),
    space: 'default',
    org: 'community',
    tenant,
    subject,
    owner: 'user',
    tag: hex(16),
    actions: '["connect","read_token","proxy","disconnect"]',
    scopes: '{}',
    origins: '[]',
    // Known for a day after its end.
    expires_at: Date.now() + 900_000 - Math.floor(Math.random() * dayMs),
    revoked_at: 0,
    label: '',
  }
}

function sessionRow({ tenant, subject }: Person): Tables['auth_session'] {
  const created = Date.now() - Math.floor(Math.random() * 3_600_000)
  return {
    id: hex(16),
    space: 'default',
    org: 'community',
    tenant,
    subject,
    owner: 'user',
    origin: 'https://app.test',
    connector: 'fake',
    connection_id: 'default',
    resolved: 1,
    state_hash: sha256(hex(16)),
    redirect_uri: 'https://app.test/connector-auth/callback/default/fake',
    code_challenge: sha256(hex(16)),
    scopes: '["read"]',
    status: 'ACTIVE',
    status_at: created,
    request_hash: sha256(hex(16)),
    outcome: '{"status":"ACTIVE","connectionId":"default"}',
    created_at: created,
    expires_at: created + 600_000,
    road: 'app_callback',
    registration: '',
    details: '',
    binding_hash: '',
    label: '',
    started_at: 0,
    parked: '',
    parked_until: 0,
    completion_hash: '',
    tries: 0,
    return_to: '',
  }
}

/** Of a server that is down: not due for hours. */
function revocationRow({ tenant, subject }: Person): Tables['revocation'] {
  return {
    id: hex(16),
    space: 'default',
    org: 'community',
    tenant,
    subject,
    connector: 'fake',
    connection_id: 'default',
    registration: '',
    sealed: foreignTokens().access,
    tries: 3,
    next_at: Date.now() + dayMs,
    created_at: Date.now(),
  }
}
