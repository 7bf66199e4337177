/** What a fake authorization server has granted: codes, access tokens, rotating refresh tokens. */

import { createHash, randomBytes } from 'node:crypto'
import { type Leeway, type Replaced, forgives, replacedNow } from './leeway.ts'

export interface FakeAccount {
  readonly id: string
  readonly name: string
}

interface Grant {
  readonly account: FakeAccount
  readonly scope: string
  current: string
  replaced: Replaced | undefined
  dead: boolean
}

interface Code {
  readonly challenge: string
  readonly redirectUri: string
  readonly grant: Grant
}

type Fields = Readonly<Record<string, string>>

interface GrantOptions {
  readonly account: FakeAccount
  readonly expiresInSeconds: number
  readonly rotate: boolean
  readonly leeway?: Leeway
}

export class FakeGrants {
  readonly #codes = new Map<string, Code>()
  readonly #refreshTokens = new Map<string, Grant>()
  readonly #accessTokens = new Map<string, Grant>()
  readonly #rotate: boolean
  readonly #leeway: Leeway

  account: FakeAccount
  expiresInSeconds: number
  /** The newest refresh token of all. */
  lastRefreshToken = ''
  /** How often a refresh token was used that had been replaced, beyond any leeway. */
  reuses = 0
  /** How often one was used that had been replaced, and was taken within the leeway. */
  forgiven = 0

  constructor(options: GrantOptions) {
    this.account = options.account
    this.expiresInSeconds = options.expiresInSeconds
    this.#rotate = options.rotate
    this.#leeway = options.leeway ?? 'none'
  }

  /** Grants what an authorization request asks for. @returns the code. */
  authorize(fields: Fields): string {
    const { redirect_uri: redirectUri = '', code_challenge: challenge = '', scope = '' } = fields
    const code = randomBytes(16).toString('hex')
    const grant = { account: { ...this.account }, scope, current: '', replaced: undefined, dead: false }
    this.#codes.set(code, { challenge, redirectUri, grant })
    return code
  }

  /** Answers a token request of an authenticated client: RFC 6749 §5.1, or `invalid_grant`. */
  token(fields: Fields): object {
    if (fields['grant_type'] === 'refresh_token') return this.#refresh(fields['refresh_token'] ?? '')
    const name = fields['code'] ?? ''
    const code = this.#codes.get(name)
    this.#codes.delete(name)
    const verifier = fields['code_verifier'] ?? ''
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    const holds = code?.redirectUri === fields['redirect_uri'] && code?.challenge === challenge
    return code && holds ? this.#issue(code.grant, true) : { error: 'invalid_grant' }
  }

  revoke(token: string): void {
    const grant = this.#refreshTokens.get(token) ?? this.#accessTokens.get(token)
    if (grant) grant.dead = true
  }

  /** Whether a refresh token would still be taken. */
  lives(refreshToken: string): boolean {
    const grant = this.#refreshTokens.get(refreshToken)
    return grant?.current === refreshToken && !grant.dead
  }

  /** The account of a living access token. */
  accountOf(accessToken: string): FakeAccount | undefined {
    const grant = this.#accessTokens.get(accessToken)
    return grant?.dead ? undefined : grant?.account
  }

  #refresh(presented: string): object {
    const grant = this.#refreshTokens.get(presented)
    if (grant && presented !== grant.current) {
      if (!grant.dead && forgives(this.#leeway, grant.replaced, presented)) return this.#again(grant)
      this.reuses += 1
      grant.dead = true
    }
    return grant && !grant.dead ? this.#issue(grant, this.#rotate) : { error: 'invalid_grant' }
  }

  /** Whoever lost the answer to a rotation gets the newest refresh token. */
  #again(grant: Grant): object {
    this.forgiven += 1
    return { ...this.#issue(grant, false), refresh_token: grant.current }
  }

  #issue(grant: Grant, withRefreshToken: boolean): object {
    const accessToken = `fake-at-${randomBytes(16).toString('hex')}`
    this.#accessTokens.set(accessToken, grant)
    const answer = {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: this.expiresInSeconds,
      scope: grant.scope,
    }
    if (!withRefreshToken) return answer
    grant.replaced = grant.current === '' ? undefined : replacedNow(grant.current)
    grant.current = `fake-rt-${randomBytes(16).toString('hex')}`
    this.#refreshTokens.set(grant.current, grant)
    this.lastRefreshToken = grant.current
    return { ...answer, refresh_token: grant.current }
  }
}
