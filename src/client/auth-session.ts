/** One auth session as an object: for hosts that open the window themselves or wait for the end elsewhere. */

import { type WaitOptions, waitForCompletion } from '../api/wait.ts'
import type { AuthSessionStatus, Redeemed } from '../protocol/auth-session.ts'
import type { Credentials } from '../protocol/credentials.ts'
import type { Attempt } from './attempt.ts'
import { errorOfOutcome } from './outcome.ts'
import type { Session } from './session.ts'

/** An authorization that came about. */
export interface Completion {
  readonly status: 'ACTIVE'
  readonly connectionId: string
  /** The scopes that were granted. */
  readonly scopes: readonly string[]
  readonly missingScopes: readonly string[]
  /** Present where this page may hold the access token. */
  readonly credentials?: Credentials
}

/** One attempt to authorize, from start to result. */
export interface AuthSession {
  readonly id: string
  /** Null on the bridge. */
  readonly stateKey: string | null
  /** The authorization URL; null on the bridge, where only `open()` leads there. */
  readonly redirectUrl: string | null
  /** Opens the window; in a click. Again: opens it again. */
  open(): Attempt
  /** Waits for the end; its limits end only this wait. A rejection nobody awaits is not an unhandled rejection.
   *
   * Rejects with `access_denied`, `cancelled`, `expired`, `timeout`, `aborted`, or the reason of the failure.
   */
  waitForCompletion(options?: WaitOptions): Promise<Completion>
  getStatus(): Promise<AuthSessionStatus>
  /** The credentials of the connection that was made; null while there is none. */
  getCredentials(): Promise<Credentials | null>
  cancel(): void
}

export interface AuthSessionPlan {
  readonly session: Session
  readonly attempt: Attempt
  /** What the backend answered to redeem, once it has. */
  readonly redeemed: () => Redeemed | undefined
  readonly getStatus: () => Promise<AuthSessionStatus>
  readonly getCredentials: (connectionId: string) => Promise<Credentials | null>
}

/** Makes the object of a session and its attempt. */
export function createSessionObject({
  session,
  attempt,
  redeemed,
  getStatus,
  getCredentials,
}: AuthSessionPlan): AuthSession {
  const { created } = session
  const { id, redirectUrl } = created
  // Once this page's own window is open its own result decides; before, it may be finished elsewhere.
  const ask = async (): Promise<AuthSessionStatus> =>
    attempt.state.phase === 'preparing' ? getStatus() : { status: 'INACTIVE', expiresInSeconds: 0 }
  const own = attempt.finished.then((outcome) => {
    if (outcome.status === 'connected') return outcome
    throw errorOfOutcome(outcome)
  })
  own.catch(() => undefined)
  const wait = async ({ signal, ...limits }: WaitOptions): Promise<Completion> => {
    const done = new AbortController()
    const ended = signal ? AbortSignal.any([done.signal, signal]) : done.signal
    const { connectionId, scopes } = await Promise.race([
      own,
      waitForCompletion(ask, { ...limits, signal: ended }),
    ]).finally(() => done.abort())
    const answer = redeemed()
    const credentials = answer?.status === 'ACTIVE' && answer.credentials
    return {
      status: 'ACTIVE',
      connectionId,
      scopes: scopes.granted,
      missingScopes: scopes.missing,
      ...(credentials && { credentials }),
    }
  }
  return {
    id,
    stateKey: created.road === 'bridge' ? null : created.stateKey,
    redirectUrl,
    open() {
      attempt.reopen()
      return attempt
    },
    waitForCompletion(options = {}) {
      const waiting = wait(options)
      waiting.catch(() => undefined)
      return waiting
    },
    getStatus,
    async getCredentials() {
      const { state } = attempt
      const done = state.phase === 'settled' && state.outcome.status === 'connected'
      return done ? getCredentials(state.outcome.connectionId) : null
    },
    cancel: attempt.cancel,
  }
}
