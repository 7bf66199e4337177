/** The schema's versions. A version that has been released is never edited: the next change is a new entry. */

/** SQL of each version, in order; each runs in one transaction with its version number. */
export const migrations: readonly (readonly string[])[] = [
  [
    `CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)`,
    `CREATE TABLE data_key (
       id TEXT PRIMARY KEY, space TEXT NOT NULL, tenant TEXT NOT NULL, wrapping_key TEXT NOT NULL,
       wrapped TEXT NOT NULL, created_at BIGINT NOT NULL, UNIQUE (space, tenant))`,
    `CREATE TABLE connect_token (
       hash TEXT PRIMARY KEY, space TEXT NOT NULL, org TEXT NOT NULL, tenant TEXT NOT NULL, subject TEXT NOT NULL,
       owner TEXT NOT NULL, tag TEXT NOT NULL, actions TEXT NOT NULL, scopes TEXT NOT NULL, origins TEXT NOT NULL,
       expires_at BIGINT NOT NULL, revoked_at BIGINT NOT NULL)`,
    `CREATE INDEX connect_token_subject ON connect_token (space, org, tenant, subject)`,
    `CREATE INDEX connect_token_expiry ON connect_token (expires_at)`,
    `CREATE TABLE auth_session (
       id TEXT PRIMARY KEY, space TEXT NOT NULL, org TEXT NOT NULL, tenant TEXT NOT NULL, subject TEXT NOT NULL,
       owner TEXT NOT NULL, origin TEXT NOT NULL, connector TEXT NOT NULL, connection_id TEXT NOT NULL,
       resolved INTEGER NOT NULL, state_hash TEXT NOT NULL UNIQUE, redirect_uri TEXT NOT NULL,
       code_challenge TEXT NOT NULL, scopes TEXT NOT NULL, status TEXT NOT NULL,
       status_at BIGINT NOT NULL, request_hash TEXT NOT NULL, outcome TEXT NOT NULL,
       created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL)`,
    `CREATE INDEX auth_session_expiry ON auth_session (expires_at)`,
    `CREATE TABLE connection (
       row_id TEXT PRIMARY KEY, space TEXT NOT NULL, org TEXT NOT NULL, tenant TEXT NOT NULL, subject TEXT NOT NULL,
       connector TEXT NOT NULL, connection_id TEXT NOT NULL, owner TEXT NOT NULL, status TEXT NOT NULL,
       reason TEXT NOT NULL, account_id TEXT NOT NULL, account_name TEXT NOT NULL, scopes_requested TEXT NOT NULL,
       scopes_granted TEXT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL,
       UNIQUE (space, org, tenant, subject, connector, connection_id))`,
    `CREATE TABLE credential (
       row_id TEXT PRIMARY KEY REFERENCES connection (row_id) ON DELETE CASCADE, generation BIGINT NOT NULL,
       access_token TEXT NOT NULL, refresh_token TEXT NOT NULL, token_type TEXT NOT NULL,
       expires_at BIGINT NOT NULL, lease_owner TEXT NOT NULL, lease_until BIGINT NOT NULL)`,
  ],
  [
    `CREATE TABLE connector (
       space TEXT NOT NULL, id TEXT NOT NULL, record TEXT NOT NULL, registration TEXT NOT NULL,
       created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, PRIMARY KEY (space, id))`,
    `CREATE TABLE client_registration (
       id TEXT PRIMARY KEY, space TEXT NOT NULL, connector TEXT NOT NULL, client_id TEXT NOT NULL,
       secret TEXT NOT NULL, created_at BIGINT NOT NULL)`,
    `CREATE TABLE revocation (
       id TEXT PRIMARY KEY, space TEXT NOT NULL, org TEXT NOT NULL, tenant TEXT NOT NULL, subject TEXT NOT NULL,
       connector TEXT NOT NULL, connection_id TEXT NOT NULL, registration TEXT NOT NULL, sealed TEXT NOT NULL,
       tries INTEGER NOT NULL, next_at BIGINT NOT NULL, created_at BIGINT NOT NULL)`,
    `CREATE INDEX revocation_due ON revocation (next_at)`,
    `ALTER TABLE connection ADD COLUMN registration TEXT NOT NULL DEFAULT ''`,
    `ALTER TABLE credential ADD COLUMN details TEXT NOT NULL DEFAULT ''`,
    `ALTER TABLE connect_token ADD COLUMN label TEXT NOT NULL DEFAULT ''`,
    `ALTER TABLE auth_session ADD COLUMN road TEXT NOT NULL DEFAULT 'app_callback'`,
    `ALTER TABLE auth_session ADD COLUMN registration TEXT NOT NULL DEFAULT ''`,
    `ALTER TABLE auth_session ADD COLUMN details TEXT NOT NULL DEFAULT ''`,
    `ALTER TABLE auth_session ADD COLUMN binding_hash TEXT NOT NULL DEFAULT ''`,
    `ALTER TABLE auth_session ADD COLUMN label TEXT NOT NULL DEFAULT ''`,
    `ALTER TABLE auth_session ADD COLUMN started_at BIGINT NOT NULL DEFAULT 0`,
    `ALTER TABLE auth_session ADD COLUMN parked TEXT NOT NULL DEFAULT ''`,
    `ALTER TABLE auth_session ADD COLUMN parked_until BIGINT NOT NULL DEFAULT 0`,
    `ALTER TABLE auth_session ADD COLUMN completion_hash TEXT NOT NULL DEFAULT ''`,
    `ALTER TABLE auth_session ADD COLUMN tries INTEGER NOT NULL DEFAULT 0`,
    `ALTER TABLE auth_session ADD COLUMN return_to TEXT NOT NULL DEFAULT ''`,
  ],
  [
    `CREATE TABLE api_key (
       hash TEXT PRIMARY KEY, space TEXT NOT NULL, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
       last_four TEXT NOT NULL, created_at BIGINT NOT NULL, revoked_at BIGINT NOT NULL)`,
    `CREATE TABLE audit (
       id TEXT PRIMARY KEY, at BIGINT NOT NULL, space TEXT NOT NULL, request_id TEXT NOT NULL,
       actor_kind TEXT NOT NULL, actor TEXT NOT NULL, event TEXT NOT NULL, target TEXT NOT NULL,
       org TEXT NOT NULL, tenant TEXT NOT NULL, subject TEXT NOT NULL, connector TEXT NOT NULL,
       connection_id TEXT NOT NULL, result TEXT NOT NULL, reason TEXT NOT NULL)`,
    `CREATE INDEX audit_subject ON audit (space, subject, id)`,
  ],
  [
    // Several data keys a tenant, the highest version seals. SQLite cannot drop a UNIQUE: the table is made anew.
    `ALTER TABLE data_key RENAME TO data_key_before`,
    `CREATE TABLE data_key (
       id TEXT PRIMARY KEY, space TEXT NOT NULL, tenant TEXT NOT NULL, version INTEGER NOT NULL,
       wrapping_key TEXT NOT NULL, wrapped TEXT NOT NULL, used BIGINT NOT NULL, created_at BIGINT NOT NULL,
       UNIQUE (space, tenant, version))`,
    `INSERT INTO data_key (id, space, tenant, version, wrapping_key, wrapped, used, created_at)
       SELECT id, space, tenant, 1, wrapping_key, wrapped, 0, created_at FROM data_key_before`,
    `DROP TABLE data_key_before`,
    `CREATE INDEX data_key_wrapping ON data_key (wrapping_key)`,
  ],
  [
    `ALTER TABLE credential ADD COLUMN received_at BIGINT NOT NULL DEFAULT 0`,
    // Due at once, and planned by whoever looks: an UPDATE of all rows would hold up every replica.
    `ALTER TABLE credential ADD COLUMN keep_alive_at BIGINT NOT NULL DEFAULT 1`,
    `ALTER TABLE credential ADD COLUMN unanswered BIGINT NOT NULL DEFAULT 0`,
    `CREATE INDEX credential_keep_alive ON credential (keep_alive_at) WHERE keep_alive_at > 0`,
  ],
  [
    // What is walked through in pages, or looked for now and then, must not be found by reading all of a large store.
    `CREATE INDEX audit_space ON audit (space, id)`,
    `CREATE INDEX audit_tenant ON audit (space, tenant, id)`,
    `CREATE INDEX audit_connector ON audit (space, connector, id)`,
    `CREATE INDEX auth_session_parked ON auth_session (parked_until)`,
    `CREATE INDEX data_key_space ON data_key (space, id)`,
    `CREATE INDEX data_key_space_wrapping ON data_key (space, wrapping_key)`,
  ],
]

/** The schema version that this program reads and writes. */
export const knownSchemaVersion = migrations.length
