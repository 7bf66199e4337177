/** Keeps one prepared session's road, so that a click can open its window straight at the authorization URL. */

import { ConnectorAuthError } from '../protocol/errors.ts'
import type { SessionRequest } from './options.ts'
import type { Road } from './road.ts'

/** A road on its way, there, or failed for good. */
export interface Prepared {
  readonly coming: Promise<Road>
  readonly ready?: Road
  /** It will not come: opening a window would be for nothing. */
  readonly hopeless?: boolean
}

export interface Preparation {
  /** Prepares, unless the same is prepared; never rejects, a fault is kept for the click. */
  prepare(request: SessionRequest): Promise<void>
  /** Takes what was prepared for this request, or begins now. */
  take(request: SessionRequest): Prepared
}

/** An authorization server that was given the request beforehand (RFC 9126) forgets it soon. */
const longestMilliseconds = 300_000
const leewayMilliseconds = 10_000
/** A fault may be mended by the time of the click, such as a login that was not done yet. */
const faultMilliseconds = 5_000

/** Makes the place for one prepared session. */
export function createPreparation(create: (request: SessionRequest) => Promise<Road>): Preparation {
  let present: (Prepared & { readonly key: string; readonly until: number; readonly done: Promise<void> }) | undefined

  const keyOf = ({ connectorId, connectionId, scopes, force, mode, inputs, ...request }: SessionRequest) =>
    JSON.stringify([connectorId, connectionId, scopes, force, mode, inputs, request.new])
  const find = (key: string) => (present?.key === key && performance.now() < present.until ? present : undefined)

  const begin = (key: string, request: SessionRequest): Promise<void> => {
    const coming = create(request)
    const here = () => present?.coming === coming
    const done = coming.then(
      (ready) => {
        const soonest = Math.min(ready.deadline, ready.openUntil, performance.now() + longestMilliseconds)
        const until = soonest - leewayMilliseconds
        if (here()) present = { key, coming, done, ready, until }
      },
      (error: unknown) => {
        const retryable = error instanceof ConnectorAuthError && error.retryable
        if (here())
          present = retryable
            ? undefined
            : { key, coming, done, hopeless: true, until: performance.now() + faultMilliseconds }
      },
    )
    present = { key, coming, done, until: Infinity }
    return done
  }

  return {
    prepare(request) {
      const key = keyOf(request)
      return find(key)?.done ?? begin(key, request)
    },
    take(request) {
      const found = find(keyOf(request))
      present = undefined
      return found ?? { coming: create(request) }
    },
  }
}
