/** Shows what is known of a card's connection; loaded beside first paint. */

import type { Connection } from '../client/index.ts'
import type { ConnectController } from './connect-controller.ts'
import { connectedOf } from './outcome-fields.ts'
import type { Connected, View } from './view.ts'

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
