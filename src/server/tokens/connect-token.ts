/** Connect tokens: minted, looked up by hash, revoked. */

import {
  type Action,
  type ConnectTokenAnswer,
  type ConnectTokenRequest,
  actions as allActions,
} from '../../protocol/connect-token.ts'
import { AuthenticationError, InvalidRequestError } from '../../protocol/errors.ts'
import { record } from '../audit.ts'
import { hmac, randomHex, sha256 } from '../digest.ts'
import type { Core } from '../core.ts'
import { identify } from '../http/context.ts'
import type { Settings } from '../options.ts'
import { atOnce, forgetAll } from '../stores/forget.ts'
import { prepare } from '../stores/prepared.ts'
import { type Owner, defaultOrg } from './owner.ts'

/** What a valid connect token stands for. */
export interface ConnectGrant extends Owner {
  /** The person's own subject, also where the owner is shared. */
  readonly tokenSubject: string
  readonly tag: string
  readonly actions: readonly Action[]
  readonly scopes: Readonly<Record<string, readonly string[]>>
  /** Empty: every origin of the space. */
  readonly origins: readonly string[]
  /** How a page of ours names the person; '' = by the subject. */
  readonly label: string
}

/** The longest life of a connect token. */
export const lifetimeSeconds = 900

/** The public, constant name of one owner: 128 bits of HMAC under the space key. */
export function tagFor(spaceKey: string, owner: Owner & { readonly tokenSubject: string }): string {
  return hmac(spaceKey, [owner.org, owner.tenant, owner.tokenSubject, owner.owner]).toString('hex').slice(0, 32)
}

/**
 * Mints a connect token; only its hash is stored.
 *
 * @throws {InvalidRequestError} `invalid_request` for an origin that is not the space's.
 */
export async function mintToken(core: Core, request: ConnectTokenRequest): Promise<ConnectTokenAnswer> {
  const { store, settings } = core
  checkOrigins(settings, request.origins)
  const { org = defaultOrg, tenant = '', subject, owner = 'user', expiresInSeconds = lifetimeSeconds } = request
  const fields = { org, tenant, subject, owner }
  const tag = tagFor(core.spaceKey, { ...fields, tokenSubject: subject })
  const token = `cct_${tag}_${randomHex(256)}`
  const now = settings.now()
  const row = {
    hash: sha256(token),
    space: settings.space,
    ...fields,
    tag,
    ...limitsOf(request),
    expires_at: now + expiresInSeconds * 1_000,
    revoked_at: 0,
  }
  await store.db.transaction().execute(async (trx) => {
    await trx.insertInto('connect_token').values(row).execute()
    await record(core, { event: 'connect_token.minted', target: tag, org, tenant, subject }, trx)
  })
  return { token, expiresInSeconds }
}

/** What the token may do, as its row holds it. */
function limitsOf({ actions = allActions, scopes = {}, origins = [], label = '' }: ConnectTokenRequest) {
  return {
    actions: JSON.stringify(actions),
    scopes: JSON.stringify(scopes),
    origins: JSON.stringify(origins),
    label,
  }
}

function checkOrigins({ allowedOrigins }: Settings, origins: readonly string[] | undefined): void {
  if (origins?.length === 0)
    throw new InvalidRequestError(
      'invalid_request',
      'origins: is empty. Leave it out to allow every origin of the space.',
    )
  const foreign = (origins ?? []).find((origin) => !allowedOrigins.has(origin))
  if (foreign !== undefined)
    throw new InvalidRequestError('invalid_request', `origins: ${foreign} is not among the space's allowed origins.`)
}

/** Forgets connect tokens a day after their end: until then they are known as expired. */
export async function forgetOldTokens({ store, settings }: Core): Promise<void> {
  const dayAgo = settings.now() - 86_400_000
  await forgetAll(() =>
    store.db
      .deleteFrom('connect_token')
      .where('hash', 'in', (eb) =>
        eb
          .selectFrom('connect_token')
          .select('hash')
          .where('expires_at', '<', dayAgo)
          .orderBy('expires_at')
          .limit(atOnce),
      )
      .executeTakeFirst(),
  )
}

/**
 * Finds what a presented connect token stands for; read from the store each time, so a revocation counts at once.
 *
 * @throws {AuthenticationError} `connect_token_invalid` · `connect_token_expired`
 */
export async function findGrant(core: Core, token: string): Promise<ConnectGrant> {
  const { store, settings } = core
  const [row] = await tokenByHash(store, { hash: sha256(token), space: settings.space })
  // Known, whether it still counts or not.
  if (row) identify({ kind: 'connect_token', id: row.tag })
  if (!row || row.revoked_at !== 0)
    throw new AuthenticationError('connect_token_invalid', 'The connect token is not valid. Mint a new one.')
  if (row.expires_at <= settings.now())
    throw new AuthenticationError('connect_token_expired', 'The connect token has expired. Mint a new one.')
  return {
    org: row.org,
    tenant: row.tenant,
    subject: row.owner === 'shared' ? '' : row.subject,
    owner: row.owner === 'shared' ? 'shared' : 'user',
    tokenSubject: row.subject,
    tag: row.tag,
    actions: JSON.parse(row.actions),
    scopes: JSON.parse(row.scopes),
    origins: JSON.parse(row.origins),
    label: row.label,
  }
}

const tokenByHash = prepare(['hash', 'space'], (db, value) =>
  db.selectFrom('connect_token').selectAll().where('hash', '=', value('hash')).where('space', '=', value('space')),
)

/** Ends the connect token that stands for this grant. */
export async function revokeToken(core: Core, token: string, grant: ConnectGrant): Promise<void> {
  const { org, tenant, tokenSubject, tag } = grant
  await core.store.db.transaction().execute(async (trx) => {
    const ended = await trx
      .updateTable('connect_token')
      .set({ revoked_at: core.settings.now() })
      .where('hash', '=', sha256(token))
      .where('revoked_at', '=', 0)
      .executeTakeFirst()
    if (ended.numUpdatedRows > 0n)
      await record(core, { event: 'connect_token.revoked', target: tag, org, tenant, subject: tokenSubject }, trx)
  })
}

/** Ends all connect tokens of one person. @returns how many. */
export async function revokeTokensOf(
  core: Core,
  who: { readonly org?: string; readonly tenant?: string; readonly subject: string },
): Promise<number> {
  const { org = defaultOrg, tenant = '', subject } = who
  return core.store.db.transaction().execute(async (trx) => {
    const result = await trx
      .updateTable('connect_token')
      .set({ revoked_at: core.settings.now() })
      .where('space', '=', core.settings.space)
      .where('org', '=', org)
      .where('tenant', '=', tenant)
      .where('subject', '=', subject)
      .where('revoked_at', '=', 0)
      .executeTakeFirst()
    // Also where there was none: somebody signed this person out.
    await record(core, { event: 'connect_token.revoked', org, tenant, subject }, trx)
    return Number(result.numUpdatedRows)
  })
}
