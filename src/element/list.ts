/** The connectors that a person may choose from: what is known of them, and what is shown. Loaded by who names no connector. */

import type { TemplateResult } from 'lit'
import type { Client, Connection, PublicConnector } from '../client/index.ts'
import { ListState } from './list-state.ts'
import type { Scene } from './views/card.ts'
import { listStyles } from './views/list-styles.ts'
import { listView } from './views/list.ts'

/** Holds the list. */
export class List extends ListState {
  readonly styles = listStyles

  /** Shows it. */
  render(scene: Scene): TemplateResult {
    return listView(this, scene)
  }

  /** Asks for the connectors, once, and how they stand. */
  async load(client: Client): Promise<void> {
    const [connectors, connections] = await Promise.all([this.connectors ?? client.connectors(), client.connections()])
    const groups = new Map<string, Connection[]>()
    for (const one of connections) groups.set(one.connectorId, [...(groups.get(one.connectorId) ?? []), one])
    this.connections = groups
    // What somebody has connected comes first, and stays where it is while they look at it.
    this.connectors ??= connectors.toSorted((one, other) => this.#rank(one) - this.#rank(other) || byName(one, other))
    this.host.requestUpdate()
  }

  /** Opens the cards of attempts that are under way; they go on by themselves. */
  async resume(client: Client): Promise<void> {
    for (const { connectorId } of await client.pending()) this.opened.add(connectorId)
    this.host.requestUpdate()
  }

  /** Nobody is there any more; what can be connected is the same, in an order that tells nothing of them. */
  leave(): void {
    this.connections = new Map()
    this.connectors = this.connectors?.toSorted(byName)
    this.opened.clear()
    this.query = this.category = ''
  }

  #rank({ id }: PublicConnector): number {
    return this.connections.has(id) ? 0 : 1
  }
}

const byName = (one: PublicConnector, other: PublicConnector) => one.name.localeCompare(other.name)
