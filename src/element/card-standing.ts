/** Asks how things stand, shows it, and follows what happens to it; loaded beside first paint. */

import { reasonOf } from '../api/call.ts'
import type { Client, ClientEvent, ConnectionStatus, Disconnected, Outcome, PublicConnector } from '../client/index.ts'
import { createPart } from '../client/part.ts'
import { clear, connect, isNamed, meet, tell } from './card-show.ts'
import type { ConnectController } from './connect-controller.ts'
import { connectedOf, fieldsOf } from './outcome-fields.ts'
import { retryOnline } from './retry-online.ts'
import type { Failure } from './view.ts'
import { listenWhileShown } from './while-shown.ts'

/** Undefined where they are not needed, or cannot be had. */
type Connectors = Promise<readonly PublicConnector[] | undefined> | undefined

/** What a client tells of one connector. */
export type ConnectionEvent = Extract<ClientEvent, { readonly connectorId: string }>

/** Shows what a new client knows. */
export async function introduce(card: ConnectController, client: Client, connectors: Connectors): Promise<void> {
  card.loading = Promise.resolve(card.told || stand(card, client))
    .catch(ignore)
    .then(() => resume(card, client))
    .catch(ignore)
  await card.loading
  if (client !== card.client || card.owner) return
  // Much may have happened while the page lay in the back-forward cache.
  listenWhileShown(card.host, 'pageshow', ({ persisted }) => persisted && refresh(card))
  if (await name(card, client, connectors)) card.fire('ready')
}

/** Takes the connector's name and looks from the list; false where nobody is here for them any more. */
async function name(card: ConnectController, client: Client, connectors: Connectors): Promise<boolean> {
  const { connectorId } = card.target
  const all = await connectors
  if (client !== card.client) return false
  card.connector = all?.find(({ id }) => id === connectorId)
  if (connectorId && all) meet(card)
  card.host.requestUpdate()
  return true
}

/** Goes on with what began before. */
export async function resume(card: ConnectController, client: Client): Promise<void> {
  if (client !== card.client) return
  if (!card.target.connectorId) return card.list?.resume(client)
  const attempt = await client.resume(card.target)
  // Meanwhile there may be another attempt, or another person.
  if (card.running() || client !== card.client) attempt?.release()
  else if (attempt) {
    // What it was begun for: to add one, it names none in what it tells, and is begun so again.
    card.extra = attempt.adds ? { new: true } : {}
    void card.take(attempt)
  }
}

/** Goes on with what began before, when somebody asks for it; gives what runs then. */
export async function goOn(card: ConnectController): Promise<Outcome | undefined> {
  await resume(card, card.need())
  return card.running() && card.begin()
}

/** Asks how things stand, and shows it. */
export async function stand(card: ConnectController, client: Client): Promise<unknown> {
  if (card.target.connectorId) return load(card, client)
  return card.host.headless || ask(card, loadList(card, client), () => card.show({ name: 'list' }))
}

async function loadList(card: ConnectController, client: Client): Promise<void> {
  const { List } = await loadListPart()
  card.list ??= new List(card.host)
  card.host.requestUpdate()
  await card.list.load(client)
}

const loadListPart = createPart(() => import('./list.ts'))

/** Asks anew, behind what is shown. */
export function refresh(card: ConnectController): void {
  const { client, list } = card
  if (!client) return
  if (!card.target.connectorId) list?.load(client).catch(ignore)
  else if (!card.running()) load(card, client).catch(ignore)
}

/** Follows a change, behind what is shown; so does who shows this card. */
export function follow(card: ConnectController, revocation?: Disconnected['revocation']): void {
  card.revocation = revocation
  refresh(card)
  if (card.owner) follow(card.owner, revocation)
}

/** Asks how the connection stands, and shows it: each, where nobody has said which one is meant. */
export async function load(card: ConnectController, client = card.need()): Promise<ConnectionStatus> {
  const { connectorId, connectionId } = card.target
  const question = client.getStatus(connectorId, connectionId ? { connectionId } : {})
  const told = question.catch((error: unknown) => {
    if (reasonOf(error) === 'connection_ambiguous') return client.connections(connectorId)
    throw error
  })
  const { connector, view } = card
  await ask(card, told, (answer) => {
    // What failed when the page was loaded most likely failed with this.
    if (!connector && view.name === 'failed') void name(card, client, client.connectors().catch(ignore))
    if ('status' in answer) return tell(card, 'connection' in answer ? answer.connection : undefined)
    card.accounts = answer
    // Who reads here goes on with the connection that this card was for.
    const same = answer.find(({ connectionId: id }) => id === card.connectionId)
    clear(card, { name: 'accounts', note: 'idle', count: answer.length }, same?.connectionId)
  })
  return question
}

/** Shows what a question came to, unless something newer is shown by then. */
async function ask<T>(card: ConnectController, question: Promise<T>, show: (answer: T) => void): Promise<T> {
  const asked = card.running() ?? {}
  card.asked = asked
  const fresh = () => asked === card.asked && !card.running()
  try {
    const answer = await question
    if (fresh()) show(answer)
    return answer
  } catch (error) {
    if (fresh()) {
      card.show({ name: 'failed', failure: error as Failure, next: 'load' })
      retryOnline(card)
    }
    throw error
  }
}

/** Ends the connection, shows it and tells it; an attempt that runs is cancelled: it may be to renew what is to end.
 *
 * @throws {InvalidRequestError} `connection_ambiguous` · whatever the backend answers
 */
export async function disconnect(card: ConnectController): Promise<Disconnected> {
  const client = card.needOne()
  const which = card.which()
  const { connectorId } = card.target
  // What came late may not be the only one.
  const late = card.view.name === 'connected' && card.view.late
  await stop(card)
  const question = client.disconnect(connectorId, which)
  // Meanwhile somebody else may be here.
  if (client !== card.client) return question
  card.show({ name: 'disconnecting' })
  const done = await ask(card, question, () => undefined)
  if (client !== card.client) return done
  const { revocation } = done
  card.revocation = revocation
  // An older question may have found it still there.
  card.asked = card.running() ?? {}
  if (card.running()) card.standing = card.connectionId = undefined
  else tell(card, undefined)
  card.fire('disconnected', { ...which, revocation, connectorId })
  if (card.owner) follow(card.owner, revocation)
  if (late) refresh(card)
  return done
}

/** Tells what a client told, once: cards in cards have one client; and follows it, in each. */
export function hear(card: ConnectController, event: ClientEvent, client: Client): void {
  if (client !== card.client) return
  // That another one did something is no event of this one.
  if (!/^(conn|late)/.test(event.type)) card.fire(event.type, aboutOf(event))
  if ('connectorId' in event) learn(card, event)
}

/** Whose it is: in an element of several not that of the element. */
function aboutOf(event: ClientEvent): object {
  if (!('connectorId' in event)) return {}
  const { connectorId } = event
  return { connectorId, ...('connectionId' in event && event.connectionId && { connectionId: event.connectionId }) }
}

/** Follows what happened to a connection, if it is this card's. */
function learn(card: ConnectController, event: ConnectionEvent): void {
  const { client } = card
  const { type } = event
  const { connectorId } = card.target
  for (const one of card.cards) learn(one, event)
  if (!client || (connectorId && connectorId !== event.connectorId)) return
  if (type === 'token_refreshed' || type === 'refresh_token_dropped') return
  if (type === 'connections_changed' || !connectorId || card.accounts[0]) return refresh(card)
  learnOfOne(card, event, client)
}

function learnOfOne(
  card: ConnectController,
  event: Extract<ConnectionEvent, { readonly type: 'late_connection' | 'needs_reconnect' }>,
  client: Client,
): void {
  const { connectionId } = card.target
  const about = event.connectionId ?? connectionId
  if (connectionId && connectionId !== about) return
  // Cancelled here, granted there: the person says what is to become of it.
  if (event.type === 'late_connection') void offer(card, client, event.connectionId)
  else endBy(card, event.connectionId)
}

/** The access has ended; why is asked then. */
function endBy(card: ConnectController, connectionId = card.connectionId): void {
  if (card.running()) return
  clear(card, { name: 'idle', note: 'needsReconnect' }, connectionId)
  refresh(card)
}

/** Shows the connection that came late, and no other: what is said next is about that one. */
async function offer(card: ConnectController, client: Client, connectionId: string): Promise<void> {
  const answer = await client
    .getStatus(card.target.connectorId, { connectionId })
    .catch((): ConnectionStatus => ({ status: 'not_connected' }))
  if (client !== card.client || card.running() || answer.status !== 'connected') return
  // A card that the host has named another one for is not about this one.
  if (!isNamed(card, connectionId)) return
  const standing = connectedOf(answer.connection)
  card.connectionId = connectionId
  card.standing = standing
  card.show({ name: 'connected', standing, late: true })
}

/** A connection that came about after all is kept: now it is one like any other, perhaps not the only one. */
export function keep(card: ConnectController): void {
  const { standing } = card
  if (!standing) return
  connect(card, standing)
  // Whoever waits, here or where this card is one of several, is told this and not how the attempt ended.
  const kept = {
    state: { phase: 'settled', outcome: standing },
    finished: Promise.resolve(standing),
    cancel: ignore,
  } as const
  // Not by `note()`, which every attempt needs before first paint: another of several may have an attempt that runs.
  for (let one: ConnectController | undefined = card; one; one = one.owner) {
    if (!one.latest || one.latest.state.phase === 'settled') one.latest = kept
    for (const resolve of one.waiting) resolve(kept)
    one.waiting.clear()
  }
  card.fire('connected', fieldsOf(standing))
  if (!card.target.connectionId) refresh(card)
}

/** Cancels the attempt that runs; what it leaves is shown by then. */
async function stop(card: ConnectController): Promise<void> {
  const running = card.running()
  if (!running) return
  const ended = card.begin()
  running.cancel()
  await ended
}

const ignore = () => undefined
