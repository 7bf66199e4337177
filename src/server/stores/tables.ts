/** The tables, as the query layer knows them. Times are milliseconds since 1970; '' and 0 stand for none: no column is null. */

import type { Selectable } from 'kysely'
import type { ActorKind, AuditEventName } from '../../protocol/audit.ts'

export interface Tables {
  meta: { name: string; value: string }
  connect_token: {
    hash: string
    space: string
    org: string
    tenant: string
    subject: string
    owner: string
    tag: string
    actions: string
    scopes: string
    origins: string
    expires_at: number
    revoked_at: number
    /** How a page of ours names the person; '' = by the subject. */
    label: string
  }
  auth_session: {
    id: string
    space: string
    org: string
    tenant: string
    subject: string
    owner: string
    origin: string
    connector: string
    /** '' = a new connection, not yet named. */
    connection_id: string
    /** 1 where the id was not asked for but resolved from there being no connection. */
    resolved: number
    state_hash: string
    redirect_uri: string
    code_challenge: string
    scopes: string
    status: string
    status_at: number
    request_hash: string
    outcome: string
    created_at: number
    expires_at: number
    road: string
    /** A stored client registration; '' = the connector's own. */
    registration: string
    /** Sealed: inputs, the proof key, and what this road keeps here. */
    details: string
    /** SHA-256 of the bridge's binding secret. */
    binding_hash: string
    label: string
    /** When the bridge was entered, or the device asked last. */
    started_at: number
    /** Sealed: the callback's query, between its arrival and the redemption. */
    parked: string
    parked_until: number
    completion_hash: string
    tries: number
    return_to: string
  }
  connection: {
    row_id: string
    space: string
    org: string
    tenant: string
    subject: string
    connector: string
    connection_id: string
    owner: string
    status: string
    reason: string
    account_id: string
    account_name: string
    scopes_requested: string
    scopes_granted: string
    created_at: number
    updated_at: number
    registration: string
  }
  /** Tokens live apart from what describes the connection, so that no other writer can lose a rotation. */
  credential: {
    row_id: string
    generation: number
    access_token: string
    refresh_token: string
    token_type: string
    expires_at: number
    lease_owner: string
    lease_until: number
    /** When the tokens were received, in milliseconds since 1970; 0 = before this was kept. */
    received_at: number
    /** When an idle refresh token is used so that it does not age out; 0 = never. */
    keep_alive_at: number
    /** Refreshes of this generation whose outcome nobody knows. */
    unanswered: number
    /** Sealed: inputs, captured values, the proof key. */
    details: string
  }
  /** Connectors that were added over the API; `record` '' = the configured one's. */
  connector: {
    space: string
    id: string
    record: string
    registration: string
    created_at: number
    updated_at: number
  }
  client_registration: {
    id: string
    space: string
    connector: string
    client_id: string
    secret: string
    created_at: number
  }
  /** Tokens that are still to be ended at their authorization server. */
  revocation: {
    id: string
    space: string
    org: string
    tenant: string
    subject: string
    connector: string
    connection_id: string
    registration: string
    sealed: string
    tries: number
    next_at: number
    created_at: number
  }
  data_key: {
    id: string
    space: string
    tenant: string
    /** The highest of a tenant seals, all open. */
    version: number
    wrapping_key: string
    wrapped: string
    /** Encryptions that were reserved under it. */
    used: number
    created_at: number
  }
  api_key: {
    hash: string
    space: string
    id: string
    name: string
    last_four: string
    created_at: number
    revoked_at: number
  }
  /** Only ever inserted into. */
  audit: {
    id: string
    at: number
    space: string
    request_id: string
    actor_kind: ActorKind
    actor: string
    event: AuditEventName
    target: string
    org: string
    tenant: string
    subject: string
    connector: string
    connection_id: string
    result: 'success' | 'failure'
    reason: string
  }
}

/** The newest tokens of a connection, as they are stored. */
export type CredentialRow = Selectable<Tables['credential']>
