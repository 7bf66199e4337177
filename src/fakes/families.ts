/** What a fake service has granted: each grant is a family of tokens that live and die together. */

import { createHash, randomBytes } from 'node:crypto'
import type { FakeAccount } from './grants.ts'
import { type Leeway, type Replaced, forgives, replacedNow } from './leeway.ts'

/** One grant. */
export interface Family {
  readonly account: FakeAccount
  readonly scopes: readonly string[]
  /** For the ID Token (OpenID Connect Core §3.1.2.1). */
  readonly nonce: string
  /** The thumbprint of the key that its tokens are bound to (RFC 9449 §6). */
  jkt: string | undefined
  /** The refresh token that is good now; '' for none. */
  refreshToken: string
  /** The one before it. */
  replaced: Replaced | undefined
  refreshes: number
  dead: boolean
}

/** What an authorization code stands for. */
export interface Code {
  readonly family: Family
  readonly challenge: string
  /** '' where the authorization request named none. */
  readonly redirectUri: string
}

interface AccessToken {
  readonly family: Family
  /** Milliseconds since 1970; undefined: never. */
  readonly endsAt: number | undefined
  expired: boolean
}

export type Rotation = 'always' | 'sometimes' | 'never' | 'none'

/** Tokens that were just issued; `refreshToken` is '' where the answer has none. */
export interface Issued {
  readonly accessToken: string
  readonly refreshToken: string
  readonly family: Family
}

/** What became of a refresh token that was presented. */
export type Presented =
  | { readonly kind: 'good'; readonly family: Family }
  /** It was replaced last, and there is leeway. */
  | { readonly kind: 'forgiven'; readonly family: Family }
  | { readonly kind: 'dead' }
  | { readonly kind: 'reused' }
  | { readonly kind: 'unknown' }

const token = (kind: string) => `fake-${kind}-${randomBytes(16).toString('hex')}`

/** The grants of one fake service. */
export class Families {
  readonly #codes = new Map<string, Code>()
  readonly #access = new Map<string, AccessToken>()
  readonly #refresh = new Map<string, Family>()

  readonly #leeway: Leeway

  /** How often a refresh token was used that had been replaced, beyond any leeway. */
  reuses = 0
  /** How often one was used that had been replaced, and was taken within the leeway. */
  forgiven = 0

  constructor(leeway: Leeway = 'none') {
    this.#leeway = leeway
  }

  begin(details: Pick<Family, 'account' | 'scopes' | 'nonce'>): Family {
    return { ...details, jkt: undefined, refreshToken: '', replaced: undefined, refreshes: 0, dead: false }
  }

  /** Keeps an authorization for one redemption. @returns the code. */
  keep(code: Code): string {
    const name = token('code')
    this.#codes.set(name, code)
    return name
  }

  /** Gives what a code stands for, once. */
  take(name: string): Code | undefined {
    const code = this.#codes.get(name)
    this.#codes.delete(name)
    return code
  }

  /** Issues tokens at the start of a grant; a refresh token where there is refresh at all. */
  issue(family: Family, options: { readonly expiresInSeconds: number; readonly withRefreshToken: boolean }): Issued {
    const accessToken = token('at')
    const endsAt = Date.now() + options.expiresInSeconds * 1_000
    this.#access.set(accessToken, { family, endsAt, expired: false })
    if (!options.withRefreshToken) return { accessToken, refreshToken: '', family }
    family.replaced = family.refreshToken === '' ? undefined : replacedNow(family.refreshToken)
    family.refreshToken = token('rt')
    this.#refresh.set(family.refreshToken, family)
    return { accessToken, refreshToken: family.refreshToken, family }
  }

  /** Issues tokens at a refresh: with a new refresh token always, every second time, or never. */
  renew(family: Family, rotation: Rotation, expiresInSeconds: number): Issued {
    family.refreshes += 1
    const withRefreshToken = rotation === 'always' || (rotation === 'sometimes' && family.refreshes % 2 === 0)
    return this.issue(family, { expiresInSeconds, withRefreshToken })
  }

  /** Issues an access token to whoever lost the answer to a rotation, and tells the newest refresh token again. */
  again(family: Family, expiresInSeconds: number): Issued {
    this.forgiven += 1
    return { ...this.issue(family, { expiresInSeconds, withRefreshToken: false }), refreshToken: family.refreshToken }
  }

  /** Looks a refresh token up; one that was replaced ends the whole family (RFC 9700 §4.14.2), unless there is leeway. */
  present(refreshToken: string): Presented {
    const family = this.#refresh.get(refreshToken)
    if (!family) return { kind: 'unknown' }
    if (family.refreshToken !== refreshToken) {
      if (!family.dead && forgives(this.#leeway, family.replaced, refreshToken)) return { kind: 'forgiven', family }
      this.reuses += 1
      family.dead = true
      return { kind: 'reused' }
    }
    return family.dead ? { kind: 'dead' } : { kind: 'good', family }
  }

  /** The family of an access token, dead or alive. */
  familyOf(accessToken: string): Family | undefined {
    return this.#access.get(accessToken)?.family
  }

  /** The family of an access token that is good now. */
  living(accessToken: string): Family | undefined {
    const found = this.#access.get(accessToken)
    if (!found || found.expired || found.family.dead) return undefined
    return found.endsAt !== undefined && found.endsAt <= Date.now() ? undefined : found.family
  }

  /** Ends every access token there is; refresh tokens live on. */
  expireAccessTokens(): void {
    for (const one of this.#access.values()) one.expired = true
  }

  /** Tells which kind of token this is. */
  kindOf(name: string): 'access' | 'refresh' | 'unknown' {
    if (this.#access.has(name)) return 'access'
    return this.#refresh.has(name) ? 'refresh' : 'unknown'
  }

  /** Ends the grant of a token. */
  revoke(name: string): void {
    const family = this.#refresh.get(name) ?? this.familyOf(name)
    if (family) family.dead = true
  }

  /** Ends every grant, as a person does at the service. */
  revokeAll(): void {
    for (const family of this.#refresh.values()) family.dead = true
    for (const { family } of this.#access.values()) family.dead = true
  }

  /** Whether any grant is still good. */
  get anyLiving(): boolean {
    return [...this.#access.values(), ...[...this.#refresh.values()].map((family) => ({ family }))].some(
      ({ family }) => !family.dead,
    )
  }
}

/** RFC 7636 §4.6, S256 */
export const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url')
