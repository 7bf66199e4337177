/** Shows what is known of a card's connection; loaded beside first paint. */

import type { Connection } from '../client/index.ts'
import type { ConnectController } from './connect-controller.ts'
import { connectedOf } from './outcome-fields.ts'
import type { Connected, View } from './view.ts'

/** Shows a connection that stands. */
export function connect(card: ConnectController, standing: Connected): void {
  card.connectionId = standing.connectionId
  card.standing = standing
  supersede(card, [standing])
  card.show({ name: 'connected', standing })
}

/** Shows how the only connection stands. */
export function tell(card: ConnectController, connection: Connection | undefined): void {
  const { view } = card
  card.accounts = []
  if (!connection) return clear(card, card.missing === card.target.connectorId ? fault : idle)
  if (connection.status === 'active') return renew(card, connectedOf(connection))
  clear(card, { name: 'idle', note: 'needsReconnect', ended: connection }, connection.connectionId)
  if (view.name !== 'idle' || view.note !== 'needsReconnect') card.fire('needs-reconnect')
}

/** What came late is still to be kept or not. */
function renew(card: ConnectController, standing: Connected): void {
  const { view } = card
  const same = view.name === 'connected' && view.standing.connectionId === standing.connectionId
  if (!same || !view.late) return connect(card, standing)
  card.standing = standing
  card.show({ ...view, standing })
}

/** Shows something else than a connection. */
export function clear(card: ConnectController, view: View, connectionId = card.target.connectionId): void {
  card.connectionId = connectionId
  card.standing = undefined
  supersede(card, card.accounts)
  card.show(view)
}

/** Who waits is told what is so now: an attempt that is over tells it only while what it brought stands. */
function supersede(card: ConnectController, standing: readonly Pick<Connection, 'connectionId'>[]): void {
  const { attempt, latest } = card
  const stands = (one: typeof latest) => {
    if (one?.state.phase !== 'settled') return true
    const { outcome } = one.state
    return outcome.status === 'connected' && standing.some(({ connectionId }) => connectionId === outcome.connectionId)
  }
  if (!stands(attempt)) card.attempt = undefined
  if (stands(latest)) return
  // Who shows this card goes by the same attempt.
  for (let one: ConnectController | undefined = card; one; one = one.owner)
    if (one.latest === latest) one.latest = undefined
}

/** Whether a card may be about a connection: where the host has named one, it is about that one and no other. */
export function isNamed({ target }: ConnectController, connectionId: string): boolean {
  return !target.connectionId || target.connectionId === connectionId
}

/** Who named a connector that there is not is told so before anybody presses the button. */
export function meet(card: ConnectController): void {
  const { view, connector, target } = card
  card.missing = connector ? undefined : target.connectorId
  if (view === idle && !connector) card.show(fault)
  if (view === fault && connector) card.show(idle)
}

const idle: View = { name: 'idle', note: 'idle' }
const fault: View = { name: 'fault', attribute: 'connector-id' }
