/** Leeway: an authorization server that rotates may take the refresh token that it replaced last once more. */

/** `once`: one more use, whenever; seconds: any number of uses, for so long after it was replaced. */
export type Leeway = 'none' | 'once' | { readonly seconds: number }

/** The refresh token that was replaced last. */
export interface Replaced {
  readonly token: string
  /** Milliseconds since 1970. */
  readonly at: number
  forgiven: boolean
}

export function replacedNow(token: string): Replaced {
  return { token, at: Date.now(), forgiven: false }
}

/** Tells whether a token that is not the newest is taken all the same, and notes its use. */
export function forgives(leeway: Leeway, replaced: Replaced | undefined, presented: string): boolean {
  if (replaced?.token !== presented || leeway === 'none') return false
  if (leeway !== 'once') return Date.now() <= replaced.at + leeway.seconds * 1_000
  const first = !replaced.forgiven
  replaced.forgiven = true
  return first
}
