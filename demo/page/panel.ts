/** The panel of scenarios: a list of links, and the chosen one with its buttons. */

import { type TemplateResult, html, nothing, render } from 'lit'
import { scenarios } from '../scenarios/index.ts'
import { type Group, type Scenario, groups } from '../scenarios/scenario.ts'

/** How the chosen scenario stands. */
export type Standing =
  | { readonly kind: 'chosen' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'ready' }
  /** Another tab has set the servers up since. */
  | { readonly kind: 'overtaken' }
  | { readonly kind: 'fault'; readonly message: string }

export interface Acts {
  setUp(scenario: Scenario): void
  act(id: string): void
  choose(id: string): void
}

/** Renders the list; `chosen` is marked in it. On a narrow screen it is a menu. */
export function renderList(place: HTMLElement, chosen: string | undefined, acts: Acts): void {
  const change = ({ target }: Event) => target instanceof HTMLSelectElement && acts.choose(target.value)
  render(
    html`<select aria-label="Scenario" data-testid="choose" .value=${chosen ?? ''} @change=${change}>
        <option value="" disabled ?selected=${!chosen}>Choose a scenario …</option>
        ${inGroups((group) => html`<optgroup label=${groups[group]}>${of(group).map((one) => option(one, chosen))}</optgroup>`)}
      </select>
      <div class="links">
        ${inGroups(
          (group) =>
            html`<h3>${groups[group]}</h3>
              <ul>
                ${of(group).map((one) => link(one, chosen))}
              </ul>`,
        )}
      </div>`,
    place,
  )
}

/** Renders the chosen scenario. */
export function renderScenario(
  place: HTMLElement,
  scenario: Scenario | undefined,
  standing: Standing,
  acts: Acts,
): void {
  render(scenario ? details(scenario, standing, acts) : welcome, place)
}

const inGroups = (show: (group: Group) => TemplateResult) =>
  [...new Set(scenarios.map(({ group }) => group))].map((group) => show(group))
const of = (group: Group) => scenarios.filter((scenario) => scenario.group === group)

const option = ({ id, title }: Scenario, chosen: string | undefined) =>
  html`<option value=${id} ?selected=${id === chosen}>${title}</option>`
const link = ({ id, title }: Scenario, chosen: string | undefined) =>
  html`<li><a href="#scenario=${id}" aria-current=${id === chosen ? 'true' : nothing}>${title}</a></li>`

const welcome = html`<h3>Choose a scenario</h3>
  <p>
    “Set up” puts every server into the state that the scenario is about, forgets all connections, and loads this page anew.
    Then do what it says, and compare. The address of this page names the scenario: put it into your report.
  </p>`

function details(scenario: Scenario, standing: Standing, acts: Acts): TemplateResult {
  const { title, steps, expect } = scenario
  const ready = standing.kind === 'ready'
  return html`<div class="title">
      <h3 tabindex="-1">${title}</h3>
      <button
        type="button"
        class=${ready ? '' : 'primary'}
        data-testid="set-up"
        ?disabled=${standing.kind === 'busy'}
        @click=${() => acts.setUp(scenario)}
      >
        ${standing.kind === 'busy' ? 'Setting up …' : ready ? 'Set up again' : 'Set up'}
      </button>
    </div>
    <p class="standing" data-testid="standing" data-kind=${standing.kind}>${inWords(standing)}</p>
    <div class="two">
      <div class="do">
        <h4>What you do</h4>
        <ol>
          ${steps.map((step) => html`<li>${step}</li>`)}
        </ol>
        ${actButtons(scenario, ready, acts)}
      </div>
      <div class="see">
        <h4>What should happen</h4>
        <ul>
          ${expect.map((one) => html`<li>${one}</li>`)}
        </ul>
      </div>
    </div>`
}

function actButtons({ acts: own = [] }: Scenario, ready: boolean, acts: Acts) {
  if (own.length === 0) return nothing
  return html`<div class="row">
    ${own.map(
      ({ id, label }) =>
        html`<button type="button" data-testid="act-${id}" ?disabled=${!ready} @click=${() => acts.act(id)}>${label}</button>`,
    )}
  </div>`
}

function inWords(standing: Standing): string {
  switch (standing.kind) {
    case 'chosen':
      return 'Not set up yet.'
    case 'busy':
      return 'Setting up …'
    case 'ready':
      return 'Set up. Go ahead.'
    case 'overtaken':
      return 'Another tab has set the servers up anew. Press “Set up” to go on here.'
    case 'fault':
      return standing.message
  }
}
