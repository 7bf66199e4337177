/** What is shown of the connectors that a person may choose from, and what they look for. */

import type { ReactiveControllerHost } from 'lit'
import type { Connection, PublicConnector } from '../client/index.ts'

/** What the list's view renders. */
export class ListState {
  /** Undefined until they are known. */
  connectors: readonly PublicConnector[] | undefined
  /** By the connector's id. */
  connections: ReadonlyMap<string, readonly Connection[]> = new Map()
  /** The connectors that are shown as a card. */
  readonly opened = new Set<string>()
  /** What is searched for, as it was typed. */
  query = ''
  /** '' for all. */
  category = ''
  /** The row that had the focus last. */
  roving = ''

  protected readonly host: ReactiveControllerHost

  constructor(host: ReactiveControllerHost) {
    this.host = host
  }

  /** Whether all fit without a search. */
  get few(): boolean {
    return (this.connectors?.length ?? Infinity) < 6
  }

  /** Whether a connector is among those that are looked for.
   *
   * @param shown - The name that its category has here.
   */
  finds({ id, name, category }: PublicConnector, shown: string): boolean {
    if (!this.query && !this.category) return true
    const all = plain(`${name} ${id} ${category} ${shown}`)
    return (
      (!this.category || this.category === category) &&
      plain(this.query)
        .split(/\s+/)
        .every((word) => all.includes(word))
    )
  }

  /** The row that Tab comes to: the one that had the focus last, where it is still a row.
   *
   * @param found - The connectors that are looked for.
   */
  stopOf(found: readonly PublicConnector[]): PublicConnector | undefined {
    const rows = found.filter(({ id }) => !this.opened.has(id))
    return rows.find(({ id }) => id === this.roving) ?? rows[0]
  }

  /** Looks for something else, or from another row. */
  look(change: Partial<Pick<ListState, 'query' | 'category' | 'roving'>>): void {
    Object.assign(this, change)
    this.host.requestUpdate()
  }
}

/** Without case and accents. */
const plain = (words: string) => words.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim()
