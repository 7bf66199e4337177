/** Runs work, lets the person authorize where it fails for want of that, and runs it once more. */

import type { WaitOptions } from '../api/index.ts'
import { type Authenticating, authenticateConnector, authorize } from './authenticate.ts'
import { AuthorizationRequiredError } from './authorization-required.ts'

export interface Reauthorizing extends Authenticating {
  /** Whether somebody can show a person the URL; else the error itself carries it. */
  readonly heard: () => boolean
  /** Attempts that somebody waits for, by what they ask for, so that many callers start one. */
  readonly waits: Map<string, Promise<void>>
}

/**
 * Runs `fn`; where it throws an {@link AuthorizationRequiredError}, authorizes anew and runs it a second time, not a third.
 *
 * @throws {AuthorizationRequiredError} with `authorizationUrl`, where no `onAuthorizationRequired` shows it to anybody
 * @throws the reason of the failed attempt, or what `fn` throws
 */
export async function withReauthorization<T>(
  of: Reauthorizing,
  fn: () => T | Promise<T>,
  options: WaitOptions = {},
): Promise<T> {
  try {
    return await fn()
  } catch (error) {
    if (!(error instanceof AuthorizationRequiredError)) throw error
    await oneAttempt(of, error, options)
    return fn()
  }
}

async function oneAttempt(of: Reauthorizing, error: AuthorizationRequiredError, options: WaitOptions): Promise<void> {
  const { connectorId, connectionId, scopes = [] } = error
  const need = JSON.stringify([connectorId, connectionId, [...scopes].sort()])
  const running = of.waits.get(need) ?? reauthorize(of, error, options)
  of.waits.set(need, running)
  try {
    await running
  } finally {
    if (of.waits.get(need) === running) of.waits.delete(need)
  }
}

async function reauthorize(of: Reauthorizing, error: AuthorizationRequiredError, options: WaitOptions): Promise<void> {
  const { connectorId, reason, connectionId, scopes } = error
  const meant = { ...(connectionId && { connectionId }), ...(scopes && { scopes }) }
  const result =
    reason === 'scope_not_granted' || reason === 'insufficient_scope' || connectionId
      ? await authorize(of, connectorId, meant, reason)
      : await authenticateConnector(of, connectorId)
  if (result.status === 'connected') return
  if (!of.heard())
    throw new AuthorizationRequiredError(
      { ...meant, connectorId, reason, session: result.session },
      `${connectorId} must be authorized. Open authorizationUrl, then try again.`,
      { cause: error },
    )
  await result.session.waitForCompletion(options)
}
