/** What a test may change while the demo authorization server runs, and what it may count. */

/** How the server answers an interaction: clickable pages, or at once without a page. */
export type Consent = 'ask' | 'allow' | 'deny'

/** One call of the token endpoint; `outcome` is `ok` or the error code answered. */
export type TokenCall = { readonly grantType: string; readonly at: number; readonly outcome: string }

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
}

/** The state behind the switches. */
export type State = {
  coop: string | undefined
  accessTokenSeconds: number
  down: boolean
  consent: Consent
  account: string | undefined
  reuse: number
  revocations: number
  readonly calls: TokenCall[]
}

/** Makes the switches of one server's state. */
export function createControl(state: State): Control {
  return {
    setCoop: (value) => {
      state.coop = value
    },
    setAccessTokenSeconds: (seconds) => {
      state.accessTokenSeconds = seconds
    },
    setDown: (down) => {
      state.down = down
    },
    setConsent: (consent) => {
      state.consent = consent
    },
    setAccount: (id) => {
      state.account = id
    },
  }
}
