/** Every table and column by name: what a copy of a store holds. */

import type { Tables } from './tables.ts'

export interface TableShape {
  /** Its key; rows are read in this order. */
  readonly key: readonly string[]
  readonly columns: readonly (readonly [name: string, type: 'text' | 'number'])[]
}

type Columns<T> = { readonly [C in keyof T]: T[C] extends number ? 'number' : 'text' }

/** A table or column that is missing here does not compile, so no copy is without it. */
const columns: { readonly [T in keyof Tables]: Columns<Tables[T]> } = {
  meta: { name: 'text', value: 'text' },
  data_key: { id: 'text', space: 'text', tenant: 'text', wrapping_key: 'text', wrapped: 'text', created_at: 'number' },
  connect_token: {
    ...{ hash: 'text', space: 'text', org: 'text', tenant: 'text', subject: 'text', owner: 'text', tag: 'text' },
    ...{ actions: 'text', scopes: 'text', origins: 'text', expires_at: 'number', revoked_at: 'number', label: 'text' },
  },
  auth_session: {
    ...{ id: 'text', space: 'text', org: 'text', tenant: 'text', subject: 'text', owner: 'text', origin: 'text' },
    ...{ connector: 'text', connection_id: 'text', resolved: 'number', state_hash: 'text', redirect_uri: 'text' },
    ...{ code_challenge: 'text', scopes: 'text', status: 'text', status_at: 'number', request_hash: 'text' },
    ...{ outcome: 'text', created_at: 'number', expires_at: 'number', road: 'text', registration: 'text' },
    ...{ details: 'text', binding_hash: 'text', label: 'text', started_at: 'number', parked: 'text' },
    ...{ parked_until: 'number', completion_hash: 'text', tries: 'number', return_to: 'text' },
  },
  connection: {
    ...{ row_id: 'text', space: 'text', org: 'text', tenant: 'text', subject: 'text', connector: 'text' },
    ...{ connection_id: 'text', owner: 'text', status: 'text', reason: 'text', account_id: 'text' },
    ...{ account_name: 'text', scopes_requested: 'text', scopes_granted: 'text', created_at: 'number' },
    ...{ updated_at: 'number', registration: 'text' },
  },
  credential: {
    ...{ row_id: 'text', generation: 'number', access_token: 'text', refresh_token: 'text', token_type: 'text' },
    ...{ expires_at: 'number', lease_owner: 'text', lease_until: 'number', details: 'text' },
  },
  connector: {
    ...{ space: 'text', id: 'text', record: 'text', registration: 'text', created_at: 'number', updated_at: 'number' },
  },
  client_registration: {
    ...{ id: 'text', space: 'text', connector: 'text', client_id: 'text', secret: 'text', created_at: 'number' },
  },
  revocation: {
    ...{ id: 'text', space: 'text', org: 'text', tenant: 'text', subject: 'text', connector: 'text' },
    ...{ connection_id: 'text', registration: 'text', sealed: 'text', tries: 'number', next_at: 'number' },
    ...{ created_at: 'number' },
  },
  api_key: {
    ...{ hash: 'text', space: 'text', id: 'text', name: 'text', last_four: 'text', created_at: 'number' },
    ...{ revoked_at: 'number' },
  },
  audit: {
    ...{ id: 'text', at: 'number', space: 'text', request_id: 'text', actor_kind: 'text', actor: 'text' },
    ...{ event: 'text', target: 'text', org: 'text', tenant: 'text', subject: 'text', connector: 'text' },
    ...{ connection_id: 'text', result: 'text', reason: 'text' },
  },
}

const keys: { readonly [T in keyof Tables]: readonly (keyof Tables[T] & string)[] } = {
  meta: ['name'],
  data_key: ['id'],
  connect_token: ['hash'],
  auth_session: ['id'],
  connection: ['row_id'],
  credential: ['row_id'],
  connector: ['space', 'id'],
  client_registration: ['id'],
  revocation: ['id'],
  api_key: ['hash'],
  audit: ['id'],
}

const keyColumns = new Map<string, readonly string[]>(Object.entries(keys))

/** Tables in the order in which their rows can be written: what is referred to comes first. */
export const tableShapes: ReadonlyMap<string, TableShape> = new Map(
  Object.entries(columns).map(([table, types]) => [
    table,
    { key: keyColumns.get(table) ?? [], columns: Object.entries(types) },
  ]),
)
