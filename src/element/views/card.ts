/** The frame that every state shares: the card stays where it is, and its message is one live region. */

import { type TemplateResult, html, nothing, svg } from 'lit'
import type { Connection, Disconnected, InputValues, PublicConnector } from '../../client/index.ts'
import type { FirstText } from '../first-text.ts'
import type { CardText } from '../text.ts'
import type { View } from '../view.ts'

/** What a state puts into the card. */
export interface Content {
  readonly message: string
  /** Stands beside or below the message. */
  readonly more?: unknown
  readonly actions?: readonly unknown[]
}

/** What a person can do in the card. */
export interface Acts {
  readonly connect: () => void
  /** Goes on with what was typed. */
  readonly enter: (values: InputValues) => void
  /** Renders again: something that was waited for is there. */
  readonly refresh: () => void
  readonly reopen: () => void
  /** Opens the window from a link, which the browser follows itself where it blocks a script's window. */
  readonly follow: (event: Event) => void
  /** Goes on in this tab. */
  readonly leave: () => void
  /** Keeps what came about late. */
  readonly keep: () => void
  readonly cancel: () => void
  readonly disconnect: () => void
  readonly load: () => void
  /** Begins once more what failed. */
  readonly again: () => void
  /** Connects another account. */
  readonly add: () => void
  /** Asks for the scopes that were not granted. */
  readonly grant: () => void
  /** Makes another element one of several cards in this one. */
  readonly belong: (card: Card, seed: Seed) => unknown
  /** Renders in this very call. */
  readonly renderNow: () => void
  /** Somebody may be about to press a button. */
  readonly approach: (event: Event) => void
}

/** What a card of several begins with. */
export interface Seed {
  readonly connectorId: string
  readonly connectionId?: string
  readonly connector: PublicConnector | undefined
  /** Those that the card is for: one, or all of its connector. */
  readonly connections: readonly Connection[]
  /** Which it is of those that have the same account name, or none; absent where the name is its own. */
  readonly number?: number | undefined
}

/** A card in a card. */
export interface Card extends HTMLElement {
  readonly updateComplete: Promise<unknown>
  readonly requestUpdate: () => void
  readonly connect: () => unknown
}

/** What the first states are shown with. */
export interface FirstScene {
  readonly text: FirstText
  /** The language that is spoken, BCP 47 as the page has it. */
  readonly language: string
  /** Words of that language, or the host's; without any, English stands in. */
  readonly own: unknown
  readonly acts: Acts
  readonly host: HTMLElement
  /** The cards that are shown in this one; another object for another person. */
  readonly cards: object
  /** The connector's name. */
  readonly name: string
  /** Its heading, where that is more than the connector's name. */
  readonly title?: string
  /** What the card is called for who does not see what stands around it, where that is more than the connector's name. */
  readonly label?: string
  readonly connector: PublicConnector | undefined
  readonly mode: string | null | undefined
  /** The connection that the card is for, where several are shown; '' where it is the only one. */
  readonly connectionId: string
  /** What became of the tokens of the connection that was ended last. */
  readonly revocation: Disconnected['revocation'] | undefined
}

/** What every other state is shown with. */
export interface Scene extends FirstScene {
  readonly text: CardText
  /** The language of the texts, BCP 47. */
  readonly language: string
  readonly label: string
  /** Gives one of several its own card. */
  readonly nest: (seed: Seed) => Card
}

/** Renders the card of a state. */
export function card(state: View['name'], { message, more, actions }: Content, scene: FirstScene): TemplateResult {
  const { text, name, title = name, label = name, connector, acts } = scene
  const { approach } = acts
  // <bdi>: English in a page that runs from right to left ends its sentences on the right all the same.
  return html`
    <div class=${state} part="card ${state}" role="group" aria-label=${label}>
      <i part="icon" aria-hidden="true">${picture(name, connector)}</i>
      <section>
        <b part="title" tabindex="-1"><bdi>${title}</bdi></b>
        <p part="message" role="status"><bdi>${message}</bdi></p>
        ${more}
      </section>
      <div part="actions" @pointerenter=${approach} @pointerleave=${approach} @pointerdown=${approach} @focusin=${approach}>
        ${actions ?? html`<slot name="connect" inert><button>${text.connect}</button></slot>`}
        <slot></slot>
      </div>
    </div>
  `
}

/** Renders a button of the card.
 *
 * @param main - whether it is the one that goes on.
 * @param label - its name for who does not see the card around it.
 */
export function button(words: string, act: () => void, main?: boolean, label?: string): TemplateResult {
  return html`<button class=${main ? 'main' : ''} part="button ${main ? 'main' : ''}" aria-label=${label ?? nothing} @click=${guarded(act)}>${words}</button>`
}

/** Acts on a click. The second click of a double click must not act on what the first one brought; and a host's own link must
 * not leave the page, nor its button send a form. */
export const guarded = (act: () => void) => (event: MouseEvent) => {
  event.preventDefault()
  return event.detail > 1 || act()
}

/** Shapes only: an icon cannot carry script. */
export function picture(name: string, connector: PublicConnector | undefined): unknown {
  const icon = connector?.icon
  if (!icon) return connector?.monogram ?? name[0]?.toUpperCase()
  return svg`<svg viewBox=${icon.viewBox}>${icon.paths.map(({ d, fill }) => svg`<path d=${d} fill=${fill ?? 'currentColor'} />`)}</svg>`
}
