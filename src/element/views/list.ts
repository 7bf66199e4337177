/** The list of connectors: a search, a row for each, and the row that was pressed as the full card. */

import { type TemplateResult, html, nothing } from 'lit'
import type { Connection, PublicConnector } from '../../client/index.ts'
import { count } from '../count.ts'
import { insert } from '../insert.ts'
import type { ListState } from '../list-state.ts'
import { listText } from '../list-text.ts'
import type { CardText } from '../text.ts'
import { type Scene, button, guarded, picture } from './card.ts'
import { moveFocus } from './list-keys.ts'

const bones = [1, 2, 3, 4, 5, 6]
const none: readonly Connection[] = []

/** What the list is shown with. */
interface ListScene extends Scene {
  readonly text: CardText & Readonly<typeof listText>
}

/** Renders the list, or what stands in its place until it is known. */
export function listView(list: ListState, card: Scene): TemplateResult {
  const { connectors } = list
  const scene: ListScene = { ...card, text: { ...listText, ...card.text } }
  const { text, language } = scene
  if (!connectors)
    return html`<p class="said" role="status">${text.loading}</p><div class="bones">${bones.map(() => html`<div></div>`)}</div>`
  const found = connectors.filter((one) => list.finds(one, categoryOf(one.category, text)))
  const shown = new Set(found)
  const stop = list.stopOf(found)
  const message = found.length
    ? count(text.found, found.length, language)
    : connectors.length
      ? text.nothingFound
      : text.noConnectors
  const looked = list.query || list.category
  return html`
    ${list.few ? nothing : head(list, connectors, scene)}
    <p part="message" class=${looked || !found.length ? '' : 'said'} role="status">${looked || !found.length ? message : ''}</p>
    ${looked && !found.length ? button(text.clearSearch, () => list.look({ query: '', category: '' })) : nothing}
    <ul part="rows" role="list" aria-label=${text.listLabel} @keydown=${moveFocus}>
      ${connectors.map((connector) => row(connector, list, scene, { shown: shown.has(connector), stop: connector === stop }))}
    </ul>
  `
}

function head(list: ListState, connectors: readonly PublicConnector[], { text }: ListScene): TemplateResult {
  const categories = [...new Set(connectors.map(({ category }) => category))]
    .map((value) => ({ value, words: categoryOf(value, text) }))
    .sort((one, other) => one.words.localeCompare(other.words))
  const type = ({ target }: Event) => target instanceof HTMLInputElement && list.look({ query: target.value })
  const choose = ({ target }: Event) => target instanceof HTMLSelectElement && list.look({ category: target.value })
  return html`
    <div class="head">
      <input part="search" type="search" placeholder=${text.search} aria-label=${text.search} autocomplete="off"
        spellcheck="false" .value=${list.query} @input=${type} @keydown=${moveFocus} />
      ${
        categories.length < 2
          ? nothing
          : html`<select part="category" aria-label=${text.category} .value=${list.category} @change=${choose}>
              <option value="">${text.allCategories}</option>
              ${categories.map(({ value, words }) => html`<option value=${value} ?selected=${value === list.category}>${words}</option>`)}
            </select>`
      }
    </div>
  `
}

interface Place {
  /** Whether it is looked for. */
  readonly shown: boolean
  /** Whether Tab comes to it. */
  readonly stop: boolean
}

function row(connector: PublicConnector, list: ListState, scene: ListScene, { shown, stop }: Place): TemplateResult {
  const { text, acts } = scene
  const { id, name, category } = connector
  const connections = list.connections.get(id) ?? none
  const seed = { connectorId: id, connector, connections }
  if (list.opened.has(id)) return html`<li ?hidden=${!shown}>${scene.nest(seed)}</li>`
  const { state, words, begins } = standOf(connections, scene)
  const label = insert(text[`${words}Label`], name)
  return html`
    <li part="row" class="row" ?hidden=${!shown}>
      <i part="icon" aria-hidden="true">${picture(name, connector)}</i>
      <section>
        <b part="title"><bdi>${name}</bdi></b>
        <p class=${begins ? (connections[0] ? 'bad' : '') : 'good'}>${state || categoryOf(category, text)}</p>
      </section>
      <button part="button" tabindex=${stop ? 0 : -1} aria-label=${label} @focus=${rove} @click=${guarded(open)}>${text[words]}</button>
    </li>
  `

  /** The row that has the focus is the one that Tab comes back to. */
  function rove(): void {
    if (!stop) list.look({ roving: id })
  }

  /** The row becomes the card in this very click, which opens the window. */
  function open(): void {
    list.opened.add(id)
    acts.renderNow()
    const card = scene.nest(seed)
    if (begins) card.connect()
    void card.updateComplete.then(() => card.focus())
  }
}

interface Stand {
  readonly state: string
  readonly words: 'connect' | 'reconnect' | 'manage'
  readonly begins: boolean
}

function standOf([connection, ...more]: readonly Connection[], { text, language }: ListScene): Stand {
  if (!connection) return { state: '', words: 'connect', begins: true }
  if (more.length) return { state: count(text.accounts, more.length + 1, language), words: 'manage', begins: false }
  if (connection.status !== 'active') return { state: text.endedShort, words: 'reconnect', begins: true }
  const { account } = connection
  return {
    state: account ? insert(text.connectedAs, account.name) : text.connected,
    words: 'manage',
    begins: false,
  }
}

/** The name of a category; records name it by a word, and one that nobody has told of is shown as it is. */
const categoryOf = (category: string, text: CardText) => text[`category:${category}`] ?? category
