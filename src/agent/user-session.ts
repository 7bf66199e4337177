/** A person's session with one connector: what is connected is used, else they sign in. */

import type { WaitOptions } from '../api/index.ts'
import type { AnyCredentials } from '../protocol/credentials.ts'
import { AuthorizationRequiredError } from './authorization-required.ts'
import { authorize } from './authenticate.ts'
import type { ConnectorFetchInit } from './connector-fetch.ts'
import { type NextPage, type Page, getPages } from './pages.ts'
import { type Reauthorizing, withReauthorization } from './reauthorize.ts'

export interface UserSessionOptions extends WaitOptions {
  /** Sign in whatever is connected, and use the account that was chosen: for a computer that several people use. */
  readonly authForce?: boolean
  readonly scopes?: readonly string[]
}

/** Calls as the person who signed in; the token is renewed where it must be. */
export interface UserSession {
  readonly connectorId: string
  readonly connectionId: string
  getAccessToken(): Promise<string>
  /** Calls the connector's API, to origins of its record only. */
  fetch(url: string | URL, init?: ConnectorFetchInit): Promise<Response>
  /** Reads a list page by page. */
  pages(url: string | URL, next?: NextPage): AsyncGenerator<Page, void>
}

/** What a session needs of its agent. */
export interface SessionActs {
  readonly credentials: (
    connectorId: string,
    wanted: { readonly connectionId?: string; readonly scopes?: readonly string[] },
  ) => Promise<AnyCredentials>
  readonly token: (connectorId: string, wanted: { readonly connectionId?: string }) => Promise<string>
  readonly fetch: (connectorId: string, url: string | URL, init?: ConnectorFetchInit) => Promise<Response>
}

/**
 * Opens a session: with the connection that stands, refreshed where it must be, else by a sign-in.
 *
 * @throws {AuthorizationRequiredError} with `authorizationUrl`, where no `onAuthorizationRequired` shows it to anybody
 */
export async function openUserSession(
  of: Reauthorizing,
  acts: SessionActs,
  connectorId: string,
  options: UserSessionOptions = {},
): Promise<UserSession> {
  const { authForce = false, scopes, ...wait } = options
  const connectionId = authForce
    ? await signIn(of, connectorId, scopes, wait)
    : await withReauthorization(
        of,
        async () => (await acts.credentials(connectorId, { ...(scopes && { scopes }) })).connectionId,
        wait,
      )
  const which = connectionId === '' ? {} : { connectionId }
  const call = (url: string | URL, init: ConnectorFetchInit = {}) => acts.fetch(connectorId, url, { ...which, ...init })
  return {
    connectorId,
    connectionId,
    getAccessToken: () => acts.token(connectorId, which),
    fetch: call,
    pages: (url, next) => getPages(call, url, next),
  }
}

/** Whoever signs in gets a connection of their own, or their own of before. */
async function signIn(
  of: Reauthorizing,
  connectorId: string,
  scopes: readonly string[] | undefined,
  wait: WaitOptions,
): Promise<string> {
  const wanted = { force: true, newConnection: true, ...(scopes && { scopes }) }
  const { session } = await authorize(of, connectorId, wanted, 'not_connected')
  if (!of.heard())
    throw new AuthorizationRequiredError(
      { connectorId, reason: 'not_connected', scopes, session },
      `${connectorId} must be authorized. Open authorizationUrl, then wait for the session's completion.`,
    )
  return (await session.waitForCompletion(wait)).connectionId
}
