/** Follows a card's attempt to its end, and waits for it; loaded beside first paint. */

import type { Attempt, AttemptEvent, Completion, Outcome, WaitOptions } from '../client/index.ts'
import { connect } from './card-show.ts'
import { follow, refresh } from './card-standing.ts'
import { waitForCompletion } from './completion.ts'
import type { ConnectController } from './connect-controller.ts'
import { fieldsOf } from './outcome-fields.ts'
import { type Connected, viewOf } from './view.ts'

/** Shows how far an attempt is, and tells the step that it took. */
export function step(card: ConnectController, attempt: Attempt, connectorId: string, event?: AttemptEvent): void {
  const { state } = attempt
  if (attempt === card.attempt && state.phase !== 'settled') card.show(viewOf(state, attempt))
  const why = event === 'popup_blocked' ? { reason: event } : {}
  if (event && /^(pop|ret)/.test(event)) card.fire(event, { connectorId, ...why }, attempt)
}

/** Shows how an attempt ended, and tells it. */
export function settle(card: ConnectController, attempt: Attempt, connectorId: string, outcome: Outcome): void {
  const { status } = outcome
  const current = attempt === card.attempt
  if (current) {
    if (outcome.status === 'connected') connect(card, outcome)
    else rest(card, outcome)
  }
  card.fire(status, { ...fieldsOf(outcome), connectorId }, attempt)
  if (status === 'connected') {
    // Perhaps not the only one any more.
    if (current && (card.extra.new || card.accounts[0]) && !card.target.connectionId) refresh(card)
    if (card.owner) follow(card.owner)
  }
  card.release()
}

/** Shows what is left when an attempt brought nothing. */
function rest(card: ConnectController, outcome: Exclude<Outcome, Connected>): void {
  const { standing } = card
  const { status } = outcome
  const count = card.accounts.length
  if (status === 'failed') card.show({ name: 'failed', failure: outcome, next: 'again', back: !!standing || count > 0 })
  else if (count) card.show({ name: 'accounts', note: status, count })
  else card.show(standing ? { name: 'connected', standing } : { name: 'idle', note: status })
}

/** Asks for what was not granted to the connection that stands. */
export function grant(card: ConnectController): void {
  const { scopes = [] } = card.target
  void card.begin({ scopes: [...scopes, ...(card.standing?.missingScopes ?? [])] })
}

/** Waits for the attempt that runs, ran last, or comes next; a connection that stands is answered at once. */
export function wait(card: ConnectController, options: WaitOptions): Promise<Completion> {
  const readCredentials = async ({ connectorId, connectionId }: Connected) =>
    card.client?.getCredentials(connectorId, card.reading({ connectionId })) ?? null
  const outcome = outcomeOf(card)
  // The wait may be over before.
  outcome.catch(() => undefined)
  return waitForCompletion({ outcome, readCredentials }, options)
}

async function outcomeOf(card: ConnectController): Promise<Outcome> {
  if (!card.configure()) card.need()
  if (!card.latest) await card.loading
  if (!card.latest && card.standing) return card.standing
  const attempt = card.latest ?? (await new Promise<Attempt>((resolve) => void card.waiting.push(resolve)))
  return attempt.finished
}
