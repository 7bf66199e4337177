/** Tokens as the journal holds them: with the time of their end, because a lifetime would begin anew. */

import { type Infer, object, oneOf, text, whole } from '../../protocol/schema.ts'
import type { Core } from '../core.ts'
import { readDetails, writeDetails } from './details.ts'
import type { Keepsake } from './tokens.ts'

const token = text({ maxLength: 65_536 })

export const keptTokens = object(
  { accessToken: token, refreshToken: token, tokenType: text(), details: text({ maxLength: 200_000 }) },
  {
    expiresAt: whole({ minimum: 0 }),
    idle: object({ seconds: whole({ minimum: 0 }), presents: oneOf('refresh_token', 'access_token') }),
  },
)
type KeptTokens = Infer<typeof keptTokens>

export function writeKeptTokens(core: Core, tokens: Keepsake): KeptTokens {
  const { accessToken, refreshToken, tokenType, expiresInSeconds, idle } = tokens
  const expiresAt = expiresInSeconds === undefined ? undefined : core.settings.now() + expiresInSeconds * 1_000
  return {
    accessToken,
    refreshToken,
    tokenType,
    details: writeDetails(tokens.details),
    ...(expiresAt === undefined ? {} : { expiresAt: Math.floor(expiresAt) }),
    ...(idle === undefined ? {} : { idle }),
  }
}

export function readKeptTokens(core: Core, { expiresAt, details, ...tokens }: KeptTokens): Keepsake {
  const msLeft = expiresAt === undefined ? undefined : Math.max(0, expiresAt - core.settings.now())
  return {
    ...tokens,
    details: readDetails(details),
    expiresInSeconds: msLeft === undefined ? undefined : Math.floor(msLeft / 1_000),
  }
}
