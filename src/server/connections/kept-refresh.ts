/** Tokens of a refresh that the store did not take: kept in the journal, stored later. */

import { parse } from '../../protocol/parse.ts'
import { list, object, text, whole } from '../../protocol/schema.ts'
import type { Core } from '../core.ts'
import { keepTokens } from '../journal/keep.ts'
import type { TokensKept } from '../journal/tokens-kept.ts'
import { keptTokens, readKeptTokens, writeKeptTokens } from './kept-tokens.ts'
import { type RefreshedTokens, landTokens } from './land-tokens.ts'
import { endTokens } from './revocations.ts'

const name = text({ maxLength: 300 })

const content = object({
  connection: object({
    row_id: name,
    space: name,
    org: name,
    tenant: name,
    subject: name,
    connector: name,
    connection_id: name,
    registration: name,
  }),
  generation: whole({ minimum: 0 }),
  owner: name,
  granted: list(text({ maxLength: 1_000 }), { maxItems: 100_000 }),
  tokens: keptTokens,
})

/** Keeps them. @returns The error for the caller. */
export function keepRefresh(core: Core, refreshed: RefreshedTokens, cause: unknown): Promise<TokensKept> {
  const { row_id, space, org, tenant, subject, connector, connection_id, registration } = refreshed.connection
  const kept = {
    ...refreshed,
    connection: { row_id, space, org, tenant, subject, connector, connection_id, registration },
    tokens: writeKeptTokens(core, refreshed.tokens),
  }
  return keepTokens(core, { kind: 'refresh', about: row_id, tenant }, kept, cause)
}

/**
 * Stores them, as the refresh would have.
 *
 * `overtaken`: the connection stands with later tokens. These are not revoked: many authorization servers would end the
 * later ones with them. `revoked`: the connection was ended, so its last tokens are too.
 */
export async function landKeptRefresh(core: Core, said: unknown): Promise<'stored' | 'overtaken' | 'revoked'> {
  const { tokens: kept, ...refreshed } = parse(content, said)
  const tokens = readKeptTokens(core, kept)
  const landing = await landTokens(core, { ...refreshed, tokens })
  if (landing !== 'ended') return landing
  await endTokens(core, refreshed.connection, tokens)
  return 'revoked'
}
