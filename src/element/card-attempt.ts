/** Follows a card's attempt to its end, and waits for it; loaded beside first paint. */

import {
  type Attempt,
  type AttemptEvent,
  AuthenticationError,
  type Client,
  type Completion,
  type Outcome,
  type WaitOptions,
} from '../client/index.ts'
import { connect, isNamed } from './card-show.ts'
import { follow, refresh } from './card-standing.ts'
import { waitForCompletion } from './completion.ts'
import type { ConnectController, Ending, Leaving } from './connect-controller.ts'
import { fieldsOf } from './outcome-fields.ts'
import { type Connected, viewOf } from './view.ts'

/** Shows how far an attempt is, and tells the step that it took. */
export function step(card: ConnectController, attempt: Attempt, connectorId: string, event?: AttemptEvent): void {
  const { state } = attempt
  if (attempt === card.attempt && state.phase !== 'settled') card.show(viewOf(state, attempt))
  const why = event === 'popup_blocked' ? { reason: event } : {}
  if (event && /^(pop|ret)/.test(event)) card.fire(event, { ...aboutOf(card, attempt, connectorId), ...why }, attempt)
}

/** Shows how an attempt ended, and tells it. */
export function settle(card: ConnectController, attempt: Attempt, connectorId: string, outcome: Outcome): void {
  const { status } = outcome
  const current = attempt === card.attempt
  if (current) {
    if (outcome.status !== 'connected') rest(card, outcome)
    else if (isNamed(card, outcome.connectionId)) connect(card, outcome)
    else refresh(card)
  }
  card.fire(status, { ...aboutOf(card, attempt, connectorId), ...fieldsOf(outcome) }, attempt)
  if (status === 'connected') {
    // Perhaps not the only one any more.
    if (current && (card.extra.new || card.accounts[0]) && !card.target.connectionId) refresh(card)
    if (card.owner) follow(card.owner)
  }
  card.release()
}

/** What an attempt is for: to add one, for no connection that there is. */
function aboutOf(card: ConnectController, attempt: Attempt, connectorId: string): object {
  return { connectorId, ...(card.extra.new && attempt === card.attempt && { connectionId: undefined }) }
}

/** Shows what is left when an attempt brought nothing. */
function rest(card: ConnectController, outcome: Exclude<Outcome, Connected>): void {
  const { standing } = card
  const { status } = outcome
  const count = card.accounts.length
  if (status === 'failed') card.show({ name: 'failed', failure: outcome, next: 'again', back: !!standing || count > 0 })
  else if (count) card.show({ name: 'accounts', note: status, count })
  else card.show(standing ? { name: 'connected', standing, note: status } : { name: 'idle', note: status })
}

/** Asks for what was not granted to the connection that stands. */
export function grant(card: ConnectController): void {
  const { scopes = [] } = card.target
  void card.begin({ scopes: [...scopes, ...(card.standing?.missingScopes ?? [])] })
}

/** What held when somebody began to wait. */
export interface Moment {
  /** The attempt that ran, or ran last: how it ends is told, also where the settings have changed since. */
  readonly latest: Ending | undefined
  /** Whose attempt that is. */
  readonly client: Client | undefined
  /** Ends with the person who was here, and so does the wait. */
  readonly stay: AbortSignal
}

/** Waits for the attempt that runs, ran last, or comes next; a connection that stands is answered at once. */
export function wait(card: ConnectController, options: WaitOptions, moment: Moment): Promise<Completion> {
  const { latest, client, stay } = moment
  const readCredentials = async ({ connectorId, connectionId }: Connected) =>
    (latest ? client : card.client)?.getCredentials(connectorId, card.reading({ connectionId })) ?? null
  const outcomeUntil = async (ended: AbortSignal) => (latest ? latest.finished : outcomeOf(card, ended))
  const expected = { outcomeUntil, readCredentials }
  const signal = AbortSignal.any([stay, ...(options.signal ? [options.signal] : [])])
  return (
    waitForCompletion(expected, { ...options, signal })
      .catch((error: unknown) => {
        throw stay.aborted ? leftBy(stay.reason === 'signed_out' ? 'signed_out' : 'person_changed') : error
      })
      // Not in this breath: a framework may be moving the element. An attempt that another goes on with stays theirs.
      .finally(() => setTimeout(() => card.running() || card.release()))
  )
}

/** As the calls of that person do, which the client ends. */
function leftBy(reason: Leaving): AuthenticationError {
  const what = reason === 'signed_out' ? 'Signed out. Sign in' : 'Another person is here now. Wait'
  return new AuthenticationError(reason, `${what} again.`)
}

/** @throws {InvalidRequestError} `invalid_configuration` · `connection_ambiguous` */
async function outcomeOf(card: ConnectController, ended: AbortSignal): Promise<Outcome> {
  // From now on an element that leaves the page keeps its client, which tells when the person leaves.
  const next = nextOf(card, ended)
  if (!card.configure()) card.need()
  if (!card.latest) await card.loading
  if (!card.latest && card.standing) return card.standing
  // Several stand, and any of them would be an answer.
  if (!card.latest && card.accounts[0]) card.needOne()
  const attempt = card.latest ?? (await next)
  return attempt.finished
}

function nextOf({ waiting }: ConnectController, ended: AbortSignal): Promise<Ending> {
  return new Promise((resolve) => {
    waiting.add(resolve)
    ended.addEventListener('abort', () => waiting.delete(resolve))
    if (ended.aborted) waiting.delete(resolve)
  })
}
