/** What an attempt brought and the store did not take: kept in the journal, stored later. */

import { AuthenticationError } from '../../protocol/errors.ts'
import { parse } from '../../protocol/parse.ts'
import { flag, list, object, oneOf, text } from '../../protocol/schema.ts'
import { keptTokens, readKeptTokens, writeKeptTokens } from '../connections/kept-tokens.ts'
import { endTokens } from '../connections/revocations.ts'
import { connectionRows } from '../connections/rows.ts'
import type { NewGrant } from '../connections/save.ts'
import type { Core } from '../core.ts'
import { keepTokens } from '../journal/keep.ts'
import type { TokensKept } from '../journal/tokens-kept.ts'
import { type SessionGrant, landGrant } from './land-grant.ts'
import { moveSession } from './rows.ts'

const name = text({ maxLength: 300 })
const scopes = list(text({ maxLength: 1_000 }), { maxItems: 100_000 })

const content = object({
  sessionId: name,
  scopes: object({ requested: scopes, granted: scopes, missing: scopes }),
  grant: object(
    {
      owner: object({ org: name, tenant: name, subject: name, owner: oneOf('user', 'shared') }),
      connectorId: name,
      connectionId: name,
      resolved: flag,
      registration: name,
      requested: scopes,
      granted: scopes,
      kept: keptTokens,
    },
    { account: object({ id: text(), name: text() }) },
  ),
})

/** Keeps it. @returns The error for the caller. */
export function keepGrant(
  core: Core,
  { sessionId, scopes: told, grant }: SessionGrant,
  cause: unknown,
): Promise<TokensKept> {
  const { account, kept, ...rest } = grant
  const written = { ...rest, kept: writeKeptTokens(core, kept), ...(account ? { account } : {}) }
  const place = { kind: 'grant', about: sessionId, tenant: grant.owner.tenant } as const
  return keepTokens(core, place, { sessionId, scopes: told, grant: written }, cause)
}

/** Makes the connection, as the redemption would have; where the attempt was given up, the tokens are taken back. */
export async function landKeptGrant(core: Core, said: unknown): Promise<'stored' | 'overtaken' | 'revoked'> {
  const { sessionId, scopes: told, grant: written } = parse(content, said)
  const grant = { ...written, account: written.account, kept: readKeptTokens(core, written.kept) }
  const session = await core.store.db
    .selectFrom('auth_session')
    .selectAll()
    .where('id', '=', sessionId)
    .executeTakeFirst()
  // Stored before, by whoever could not say so in the journal any more.
  if (session?.status === 'ACTIVE') return 'overtaken'
  if (session?.status !== 'REDEEMING') return takeBack(core, grant)
  try {
    await landGrant(core, { sessionId, scopes: told, grant })
    return 'stored'
  } catch (error) {
    if (!(error instanceof AuthenticationError)) throw error
    const { reason, message } = error
    await moveSession(core, session, 'REDEEMING', { status: 'FAILED', outcome: { status: 'FAILED', reason, message } })
    return takeBack(core, grant)
  }
}

/** Not where the person has connections with this connector: revoking these tokens could end those too. */
async function takeBack(core: Core, grant: NewGrant): Promise<'overtaken' | 'revoked'> {
  const { owner, connectorId: connector, connectionId: connection_id, registration, kept } = grant
  if ((await connectionRows(core, owner, connector)).length > 0) return 'overtaken'
  const place = { ...owner, space: core.settings.space, connector, connection_id, registration }
  await endTokens(core, place, kept)
  return 'revoked'
}
