/** A scenario as data: what is set up, what a person does, and what should then happen. */

import type { Switches } from '../authorization-server/index.ts'

/** One thing that is really changed in the demo's servers. */
export type Change =
  /** Switches of the authorization server. */
  | { readonly kind: 'authorization_server'; readonly set: Partial<Switches> }
  /** The authorization server forgets every grant, as if the person had removed the app there. */
  | { readonly kind: 'revoke_grants' }
  /** The backend is closed; the app's server answers 502 in its place, as a proxy does. */
  | { readonly kind: 'stop_backend' }
  | { readonly kind: 'start_backend' }
  /** App, backend and authorization server refuse every connection for a while. */
  | { readonly kind: 'outage'; readonly seconds: number }

/** Which headers the page comes with; each is a path of its own. */
export type Variant =
  /** `Cross-Origin-Opener-Policy: same-origin`. */
  | 'coop'
  /** Cross-origin isolated: COOP and `Cross-Origin-Embedder-Policy: require-corp`. */
  | 'isolated'
  /** Nothing but what the element needs. */
  | 'strict'
  /** May be framed, and is opened in a frame of another site. */
  | 'frame'
  /** A sandbox without `allow-popups`: the browser blocks every window. */
  | 'blocked'

/** How the page and its element are made. */
export interface PageSetUp {
  readonly variant?: Variant
  /** The element's connector; `null` shows the list. Acme Cloud where absent. */
  readonly connector?: string | null
  readonly attributes?: Readonly<Record<string, string>>
  /** How many elements; one where absent. */
  readonly elements?: number
  readonly direction?: 'rtl'
  readonly scheme?: 'dark' | 'light'
  /** Who signs in next takes over the elements as they stand: the page gives them that person's connect token. */
  readonly handsOver?: true
  /** The browser's database is made unusable before the element starts. */
  readonly breakStorage?: true
}

/** A button for the midst of a scenario. */
export interface Act {
  readonly id: string
  readonly label: string
  readonly changes: readonly Change[]
}

export interface Scenario {
  /** In links: `#scenario=denied`. */
  readonly id: string
  readonly title: string
  readonly group: Group
  /** What the person does, in order. */
  readonly steps: readonly string[]
  /** What should be seen. */
  readonly expect: readonly string[]
  readonly changes?: readonly Change[]
  readonly page?: PageSetUp
  readonly acts?: readonly Act[]
}

export const groups = {
  connecting: 'Connecting',
  faults: 'When something breaks',
  headers: 'Difficult pages',
  tokens: 'Tokens',
  keys: 'Keys and passwords',
  people: 'People and accounts',
  looks: 'Looks and languages',
} as const
export type Group = keyof typeof groups

/** The person says yes at once, where the window is not what the scenario is about. */
export const consentAtOnce: Change = { kind: 'authorization_server', set: { consent: 'allow' } }
