/** What a test or the demo may change while the authorization server runs, and what it may count. */
import type { DatabaseSync } from 'node:sqlite'

/** How the server answers an interaction: clickable pages, or at once without a page. */
export type Consent = 'ask' | 'allow' | 'deny'

/** One call of the token endpoint; `outcome` is `ok` or the error code answered. */
export type TokenCall = { readonly grantType: string; readonly at: number; readonly outcome: string }

/** What is switched; each stays until it is switched again. */
export type Switches = {
  /** `Cross-Origin-Opener-Policy` of every answer. */
  coop: string | undefined
  /** Lifetime of access tokens issued from now on. */
  accessTokenSeconds: number
  /** The token endpoint answers 503. */
  down: boolean
  /** Every connection is cut before anything is read. */
  unreachable: boolean
  /** How long the token endpoint thinks. */
  tokenDelaySeconds: number
  /** Whether a grant comes with a refresh token. */
  refreshTokens: boolean
  consent: Consent
  /** Who signs in when consent is `allow`; `undefined` is the session's account, else alice. */
  account: string | undefined
}

/** The switches of a running authorization server. */
export type Control = {
  /** Sets the `Cross-Origin-Opener-Policy` of every answer, or removes it. */
  setCoop(value: string | undefined): void
  /** Sets the lifetime of access tokens issued from now on. */
  setAccessTokenSeconds(seconds: number): void
  /** Makes the token endpoint answer 503. */
  setDown(down: boolean): void
  /** Chooses between clickable pages and an immediate answer. */
  setConsent(consent: Consent): void
  /** Chooses who signs in when consent is `allow`; `undefined` is the session's account, else alice. */
  setAccount(id: string | undefined): void
  /** Sets several switches at once. */
  set(switches: Partial<Switches>): void
  /** Ends every grant, as a person does who removes the app in their account. */
  revokeGrants(): void
  /** Signs everybody out, and sets every switch as it was at the start. */
  reset(): void
}

/** The state behind the switches. */
export type State = Switches & {
  reuse: number
  revocations: number
  readonly calls: TokenCall[]
}

/** Makes the switches of one server's state. */
export function createControl(state: State, database: DatabaseSync): Control {
  const { calls: _calls, reuse: _reuse, revocations: _revocations, ...first } = state
  const set = (switches: Partial<Switches>) => void Object.assign(state, switches)
  return {
    set,
    setCoop: (coop) => set({ coop }),
    setAccessTokenSeconds: (accessTokenSeconds) => set({ accessTokenSeconds }),
    setDown: (down) => set({ down }),
    setConsent: (consent) => set({ consent }),
    setAccount: (account) => set({ account }),
    revokeGrants() {
      database.exec("DELETE FROM record WHERE grant_id <> '' OR model = 'Grant'")
    },
    reset() {
      set(first)
      database.exec("DELETE FROM record WHERE model = 'Session'")
    },
  }
}
