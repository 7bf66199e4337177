/** What a card does beside showing and connecting; loaded beside first paint. */

import type {
  Attempt,
  Client,
  ClientEvent,
  Completion,
  ConnectionStatus,
  Disconnected,
  Outcome,
  WaitOptions,
} from '../client/index.ts'
import { createPart } from '../client/part.ts'
import { waitForCompletion } from './completion.ts'
import type { ConnectController } from './connect-controller.ts'
import { connectedOf } from './outcome-fields.ts'
import type { Connected } from './view.ts'

export { retryOnline } from './retry-online.ts'

/** What a client tells of one connector. */
export type ConnectionEvent = Extract<ClientEvent, { readonly connectorId: string }>

/** Ends the connection, shows it and tells it.
 *
 * @throws {InvalidRequestError} `connection_ambiguous` · whatever the backend answers
 */
export async function disconnect(card: ConnectController): Promise<Disconnected> {
  const client = card.needOne()
  card.show({ name: 'disconnecting' })
  return card.ask(client.disconnect(card.target.connectorId, card.which()), ({ revocation }) => {
    card.revocation = revocation
    card.tell(undefined)
    card.fire('disconnected', { revocation })
    card.owner?.follow(revocation)
  })
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
  return waitForCompletion({ outcome: outcomeOf(card), readCredentials }, options)
}

async function outcomeOf(card: ConnectController): Promise<Outcome> {
  if (!card.configure()) card.need()
  if (!card.latest) await card.loading
  if (!card.latest && card.standing) return card.standing
  const attempt = card.latest ?? (await new Promise<Attempt>((resolve) => void card.waiting.push(resolve)))
  return attempt.finished
}

/** Shows the connectors to choose from. */
export async function loadList(card: ConnectController, client: Client): Promise<void> {
  const { List } = await loadListPart()
  card.list ??= new List(card.host)
  card.host.requestUpdate()
  await card.list.load(client)
}

const loadListPart = createPart(() => import('./list.ts'))

/** Follows what happened to a connection, if it is this card's. */
export function learn(card: ConnectController, event: ConnectionEvent, client: Client): void {
  const { type } = event
  const { connectorId, connectionId } = card.target
  if (client !== card.client || type === 'token_refreshed' || (connectorId && connectorId !== event.connectorId)) return
  const about = 'connectionId' in event ? event.connectionId : undefined
  if (type === 'connections_changed' || !connectorId || card.accounts[0]) card.refresh()
  else if (about && connectionId && connectionId !== about) return
  // Cancelled here, granted there: the person says what is to become of it.
  else if (type === 'late_connection') void offer(card, client, event.connectionId)
  else if (type === 'needs_reconnect' && !card.running()) {
    card.clear({ name: 'idle', note: 'needsReconnect' }, about ?? card.connectionId)
    card.refresh()
  }
}

/** Shows the connection that came late, and no other: what is said next is about that one. */
async function offer(card: ConnectController, client: Client, connectionId: string): Promise<void> {
  const answer = await client
    .getStatus(card.target.connectorId, { connectionId })
    .catch((): ConnectionStatus => ({ status: 'not_connected' }))
  if (client !== card.client || card.running() || answer.status !== 'connected') return
  const standing = connectedOf(answer.connection)
  card.connect(standing)
  card.show({ name: 'connected', standing, late: true })
}
