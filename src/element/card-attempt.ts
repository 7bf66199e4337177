/** Follows a card's attempt to its end, and waits for it; loaded beside first paint. */

import type {
  Attempt,
  AttemptEvent,
  Completion,
  Connection,
  Disconnected,
  Outcome,
  WaitOptions,
} from '../client/index.ts'
import { refresh } from './card-standing.ts'
import { waitForCompletion } from './completion.ts'
import type { ConnectController } from './connect-controller.ts'
import { connectedOf, fieldsOf } from './outcome-fields.ts'
import { type Connected, type View, viewOf } from './view.ts'

/** Shows how far an attempt is, and tells the step that it took. */
export function step(card: ConnectController, attempt: Attempt, connectorId: string, event?: AttemptEvent): void {
  const { state } = attempt
  if (attempt === card.attempt && state.phase !== 'settled') card.show(viewOf(state, attempt))
  if (event && /^(pop|ret)/.test(event)) card.fire(event, { connectorId }, attempt)
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

/** Shows a connection that stands. */
export function connect(card: ConnectController, standing: Connected): void {
  card.connectionId = standing.connectionId
  card.standing = standing
  card.show({ name: 'connected', standing })
}

/** A connection that came about after all is kept. */
export function keep(card: ConnectController): void {
  if (card.standing) connect(card, card.standing)
}

/** Shows how the only connection stands. */
export function tell(card: ConnectController, connection: Connection | undefined): void {
  const { view } = card
  card.accounts = []
  if (!connection) return clear(card, { name: 'idle', note: 'idle' })
  if (connection.status === 'active') return connect(card, connectedOf(connection))
  clear(card, { name: 'idle', note: 'needsReconnect', ended: connection }, connection.connectionId)
  if (view.name !== 'idle' || view.note !== 'needsReconnect') card.fire('needs-reconnect')
}

/** Shows something else than a connection. */
export function clear(card: ConnectController, view: View, connectionId = card.target.connectionId): void {
  card.connectionId = connectionId
  card.standing = undefined
  if (!card.running()) card.attempt = card.latest = undefined
  card.show(view)
}

/** Follows a change, behind what is shown; so does who shows this card. */
export function follow(card: ConnectController, revocation?: Disconnected['revocation']): void {
  card.revocation = revocation
  refresh(card)
  if (card.owner) follow(card.owner, revocation)
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
