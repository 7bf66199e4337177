/** The host's own ears and stores for tokens: who is told of a new one, and who is asked where there is none. */

import type { AnyCredentials, Credentials } from '../protocol/credentials.ts'
import { text } from '../protocol/schema.ts'
import { fit } from '../protocol/fit.ts'
import { InvalidRequestError } from '../protocol/errors.ts'

/** A token that the host brought: it stays in this process and is never posted. */
export interface OwnToken {
  readonly accessToken: string
  /** `Bearer` where absent. */
  readonly tokenType?: string
  /** How long it lives from now; absent: until it is refused. */
  readonly expiresInSeconds?: number
  readonly scopes?: readonly string[]
}

/** Gives the host's token of a connector that is not connected here; null where it has none. */
export type TokenLoader = (connectorId: string) => OwnToken | null | Promise<OwnToken | null>
/** Is told of every token that this agent sees for the first time. */
export type TokenSaver = (connectorId: string, credentials: Credentials) => void | Promise<void>
/** Is told when a token has replaced another, with the whole of the new one. */
export type TokenUpdater = (connectorId: string, credentials: Credentials) => void | Promise<void>

export interface TokenHooks {
  loader: TokenLoader | undefined
  saver: TokenSaver | undefined
  readonly updater: TokenUpdater | undefined
}

/** Tokens that the host brought, and the last tokens seen. */
export interface TokenMemory {
  /** Keeps a token of the host's until its end. */
  keep(connectorId: string, token: OwnToken): Promise<Credentials>
  /** The host's token, where the backend has none: kept, or loaded anew where `load` is true. */
  own(connectorId: string, load: boolean): Promise<Credentials | undefined>
  /** Tells the host of a token that is new. A hook that throws is asked again next time. */
  tell(connectorId: string, credentials: AnyCredentials): Promise<void>
  forget(connectorId: string): void
}

/** Expiry is a lifetime measured from receipt; this much before its end a token is not handed out. */
const leewaySeconds = 10

export function createTokenMemory(hooks: TokenHooks): TokenMemory {
  const kept = new Map<string, { readonly token: OwnToken; readonly until: number }>()
  const seen = new Map<string, string>()
  const valid = (connectorId: string): Credentials | undefined => {
    const found = kept.get(connectorId)
    const seconds = found ? (found.until - performance.now()) / 1_000 : 0
    return found && seconds > leewaySeconds ? credentialsOf(found.token, seconds) : undefined
  }
  const memory: TokenMemory = {
    async keep(connectorId, token) {
      const accessToken = fit(text({ minLength: 1, maxLength: 16_384, pattern: '^[\\x21-\\x7e]+$' }), token.accessToken)
      kept.set(connectorId, {
        token: { ...token, accessToken },
        until: performance.now() + (token.expiresInSeconds ?? Infinity) * 1_000,
      })
      const credentials = valid(connectorId)
      if (!credentials) throw new InvalidRequestError('invalid_input', 'accessToken: is at its end already.')
      await memory.tell(connectorId, credentials)
      return credentials
    },
    async own(connectorId, load) {
      const found = valid(connectorId)
      if (found || !load) return found
      const loaded = await hooks.loader?.(connectorId)
      if (!loaded) return undefined
      kept.set(connectorId, { token: loaded, until: performance.now() + (loaded.expiresInSeconds ?? Infinity) * 1_000 })
      return valid(connectorId)
    },
    async tell(connectorId, credentials) {
      if (!('accessToken' in credentials)) return
      const key = `${connectorId} ${credentials.connectionId}`
      const before = seen.get(key)
      if (before === credentials.accessToken) return
      await hooks.saver?.(connectorId, credentials)
      if (before !== undefined) await hooks.updater?.(connectorId, credentials)
      seen.set(key, credentials.accessToken)
    },
    forget(connectorId) {
      kept.delete(connectorId)
      for (const key of seen.keys()) if (key.startsWith(`${connectorId} `)) seen.delete(key)
    },
  }
  return memory
}

function credentialsOf({ accessToken, tokenType = 'Bearer', scopes = [] }: OwnToken, seconds: number): Credentials {
  const expiresInSeconds = Number.isFinite(seconds) ? Math.floor(seconds) : null
  return { connectionId: '', accessToken, tokenType, expiresInSeconds, scopes, extra: {} }
}
