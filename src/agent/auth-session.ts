/** One attempt to authorize that a server or a process started, from its first URL to its result. */

import { type WaitOptions, askAuthSession, completeAuthSession, redeemHere, startAuthSession } from '../api/index.ts'
import { limited } from '../api/limited.ts'
import { delay, failureOf, waitForCompletion, within } from '../api/wait.ts'
import type { AuthSessionAnswer, AuthSessionStatus } from '../protocol/auth-session.ts'
import type { Account, Scopes } from '../protocol/connection.ts'
import type { AnyCredentials } from '../protocol/credentials.ts'
import { AuthenticationError, InvalidRequestError } from '../protocol/errors.ts'
import type { Bound } from './bound.ts'
import { challengeOf, randomVerifier } from './pkce.ts'

/** Listens where an answer comes back to this process; `listenOnLoopback()` of `connector-auth/node` makes one. */
export interface Receiver {
  /** `http://127.0.0.1:<port>/…` */
  readonly redirectUri: string
  /** Waits for the one request with this state. @returns its query string without `?`. */
  receive(stateKey: string, signal: AbortSignal): Promise<string>
  close(): Promise<void>
}

/** What an attempt is for, and the road it takes: `receiver` (loopback), `returnUrl` (host callback), or `road`. */
export interface InitializeOptions {
  /** Which connection is authorized again. */
  readonly connectionId?: string
  /** Another account beside those that are connected. */
  readonly newConnection?: boolean
  readonly scopes?: readonly string[]
  /** What the person typed before: a subdomain, a region. */
  readonly inputs?: Readonly<Record<string, string>>
  /** Ask the person to sign in again at the service, whatever it remembers. */
  readonly force?: boolean
  /** A registration of the host's own, for this attempt and the connection it makes. */
  readonly client?: { readonly clientId: string; readonly clientSecret?: string }
  /** Where the service sends the answer to this process. */
  readonly receiver?: Receiver
  /** One of the backend's `returnUrls`: its page gets the completion code. */
  readonly returnUrl?: string
  /** `typed_code` (the default): the person reads a code off our page. `device`: they enter one at the service. */
  readonly road?: 'typed_code' | 'device'
}

/** How an attempt ended well. */
export interface Completed {
  readonly status: 'ACTIVE'
  readonly connectionId: string
  readonly scopes: Scopes
  readonly missingScopes: readonly string[]
  readonly account: Account | null
  /** Whether an account that was connected before was renewed. */
  readonly existing: boolean
}

/** One attempt; it ends by itself when `expiresInSeconds` are over. */
export interface AuthSession {
  readonly id: string
  readonly connectorId: string
  readonly road: 'loopback' | 'host_callback' | 'typed_code' | 'device'
  /** The page to open: the service's consent page, or where the device's code is entered. */
  readonly redirectUrl: string
  /** The state of the attempt; '' on roads where only the backend knows it. */
  readonly stateKey: string
  /** Device: what the person enters at `redirectUrl`. */
  readonly userCode: string | undefined
  readonly expiresInSeconds: number
  /** Asks once how the attempt stands. */
  getStatus(): Promise<AuthSessionStatus>
  /**
   * Waits for the end: every 2 s, 300 s at most unless told otherwise. A time limit ends the wait, not the attempt.
   *
   * @throws {AuthenticationError} the reason of a failed attempt, `aborted` · {@link TimeoutError} `timeout`
   */
  waitForCompletion(options?: WaitOptions): Promise<Completed>
  /**
   * Finishes it with the code that the host's return URL got, or that the person read off our page. Call it from your
   * signed-in user's own request: the code proves the browser, the request the person.
   *
   * @throws {AuthenticationError} `completion_code_wrong` · `answer_not_there` · the reason of a failed attempt
   */
  complete(completionCode: string): Promise<Completed>
  /** Gives the connection's credentials, once it is there. */
  getCredentials(): Promise<AnyCredentials>
  /** Stops listening on loopback; on other roads there is nothing to stop, the attempt ends by itself. */
  cancel(): Promise<void>
}

/**
 * Starts an attempt.
 *
 * @throws {InvalidRequestError} `unknown_connector` · `wrong_method` · `invalid_redirect` · `scope_not_allowed`
 * @throws {AuthenticationError} `road_not_allowed`
 * @see DESIGN's roads; RFC 8252 §7.3, RFC 8628 §3.1
 */
export async function startAttempt(
  bound: Bound,
  connectorId: string,
  options: InitializeOptions = {},
): Promise<AuthSession> {
  const { connectionId, newConnection, receiver, ...request } = options
  const verifier = receiver ? randomVerifier() : undefined
  try {
    const started = await startAuthSession(bound.call, {
      ...bound.who,
      ...request,
      connectorId,
      connection: newConnection ? { new: true } : connectionId ? { id: connectionId } : undefined,
      redirectUri: receiver?.redirectUri,
      codeChallenge: verifier === undefined ? undefined : await challengeOf(verifier),
    })
    return sessionOf(bound, connectorId, started, receiver && verifier ? { receiver, verifier } : undefined)
  } catch (error) {
    // Nothing will come back: a listener that is left would keep the process alive.
    await receiver?.close()
    throw error
  }
}

interface Own {
  readonly receiver: Receiver
  readonly verifier: string
}

function sessionOf(bound: Bound, connectorId: string, started: AuthSessionAnswer, own: Own | undefined): AuthSession {
  const { id } = started
  const ask = () => askAuthSession(bound.call, id, bound.who)
  // Listening begins now: the browser may be back before anybody waits. Whoever waits is told how it ended.
  const finish = receiveAnswer(bound, started, own)
  finish.catch(() => undefined)
  return {
    connectorId,
    ...shownOf(started),
    getStatus: ask,
    async waitForCompletion(wished = {}) {
      const options = { ...wished, signal: eitherOf(bound.signal, wished.signal) }
      switch (started.road) {
        case 'device':
          return settled(
            await waitForCompletion(
              firstly(ask, () => askDevice(bound, id)),
              pace(started, options),
            ),
          )
        case 'loopback':
          return settled(await within(() => finish, options))
        case 'host_callback':
        case 'typed_code':
        case 'app_callback':
        case 'bridge':
          return settled(await waitForCompletion(ask, options))
      }
    },
    complete: async (completionCode) =>
      settled(await completeAuthSession(bound.call, id, { ...bound.who, completionCode: completionCode.trim() })),
    async getCredentials() {
      const status = await ask()
      if (status.status === 'ACTIVE') return bound.read(connectorId, { connectionId: status.connectionId })
      if (status.status === 'FAILED') throw failureOf(status)
      throw new AuthenticationError('not_connected', 'The attempt is not finished. Wait for its completion.')
    },
    cancel: async () => own?.receiver.close(),
  }
}

function shownOf(started: AuthSessionAnswer) {
  const { id, expiresInSeconds } = started
  const common = { id, expiresInSeconds, stateKey: '', userCode: undefined }
  switch (started.road) {
    case 'device': {
      const { userCode, verificationUri, verificationUriComplete = verificationUri } = started
      return { ...common, road: started.road, redirectUrl: verificationUriComplete, userCode }
    }
    case 'loopback':
      return { ...common, road: started.road, redirectUrl: started.redirectUrl, stateKey: started.stateKey }
    case 'host_callback':
    case 'typed_code':
      return { ...common, road: started.road, redirectUrl: started.redirectUrl }
    case 'app_callback':
    case 'bridge':
      throw new InvalidRequestError('wrong_road', 'The backend answered with a road for pages.')
  }
}

const eitherOf = (one: AbortSignal | undefined, other: AbortSignal | undefined) =>
  one && other ? AbortSignal.any([one, other]) : (one ?? other)

/** The server says how often it may be asked (RFC 8628 §3.2). */
function pace(started: Extract<AuthSessionAnswer, { road: 'device' }>, options: WaitOptions): WaitOptions {
  return { ...options, intervalSeconds: Math.max(options.intervalSeconds ?? 0, started.intervalSeconds) }
}

/** Asks in another way the first time: the authorization server is asked no sooner than one interval after the start. */
function firstly<T, U>(first: () => Promise<T>, later: () => Promise<U>): () => Promise<T | U> {
  let asked = false
  return () => {
    if (asked) return later()
    asked = true
    return first()
  }
}

const askDevice = (bound: Bound, id: string) => redeemHere(bound.call, id, bound.who)

/** Takes the answer on loopback and redeems it with the verifier of this process (RFC 8252 §7.3). */
async function receiveAnswer(bound: Bound, started: AuthSessionAnswer, own: Own | undefined) {
  if (started.road !== 'loopback' || !own)
    throw new InvalidRequestError('wrong_road', 'This attempt does not come back to this process.')
  const { receiver, verifier } = own
  const { redirectUri } = receiver
  const callback = await limited(started.expiresInSeconds * 1_000, (ended) => receiver.receive(started.stateKey, ended))
  const body = { ...bound.who, verifier, redirectUri, callback }
  // The same request again gives the same outcome: what an unlucky moment lost is asked for once more.
  const send = () => redeemHere(bound.call, started.id, body)
  try {
    return await send()
  } catch (error) {
    if (!isRetryable(error)) throw error
    await delay(500)
    return send()
  }
}

const isRetryable = (error: unknown) => error instanceof Error && 'retryable' in error && error.retryable === true

type Settled = AuthSessionStatus | Awaited<ReturnType<typeof redeemHere>>

/** @throws the reason of a failed attempt */
function settled(status: Settled): Completed {
  switch (status.status) {
    case 'ACTIVE': {
      const { connectionId, scopes, account, existing } = status
      return { status: 'ACTIVE', connectionId, scopes, missingScopes: scopes.missing, account, existing }
    }
    case 'FAILED':
      throw failureOf(status)
    case 'INACTIVE':
      throw new AuthenticationError('answer_not_there', 'No answer has come back yet. Let the user finish first.')
  }
}
