/** The demo's page: a host app around `<connector-auth>`, and the panel of scenarios. */

import '../../src/element/register.ts'
import { findScenario } from '../scenarios/index.ts'
import type { PageSetUp, Scenario } from '../scenarios/scenario.ts'
import { type DemoState, act, readState, resetServers, setUpServers } from './control.ts'
import { type Person, currentPerson, framed, signIn, signOut } from './host.ts'
import { clearLog, logEvents } from './log.ts'
import { byTestId } from './page.ts'
import { type Standing, renderList, renderScenario } from './panel.ts'
import { copy, writeReport } from './report.ts'
import { followScheme } from './scheme.ts'
import { offerSnippets } from './snippets.ts'
import { forgetAll, handOver, showElements } from './stage.ts'
import { breakStorage, emptyStorage } from './storage.ts'
import { listenToTabs } from './tabs.ts'
import { tools } from './tools.ts'
import { createViews } from './views.ts'

const elements = byTestId('elements')
const hero = elements.parentElement
const nobody = byTestId('nobody')
const list = byTestId('events')
const showKept = createViews(byTestId('cache'), byTestId('backend'))
const chosen = () => new URLSearchParams(location.hash.slice(1)).get('scenario') ?? undefined
const path = (scenario: Scenario | undefined) => {
  const variant = scenario?.page?.variant
  return variant ? `/with/${variant}/` : '/'
}

let person: Person | null = null
let state: DemoState = await readState()
let setUp: PageSetUp = {}
const tellTabs = listenToTabs(() => void overtake())
const showScheme = followScheme(byTestId('scheme'))

/** The scenario that is set up, where this page shows it. */
function current(): Scenario | undefined {
  const scenario = findScenario(state.scenario)
  return scenario?.id === chosen() && path(scenario) === location.pathname ? scenario : undefined
}

/** Shows who is signed in; the elements exist only for somebody. */
function showPerson(): void {
  byTestId('signed-in').textContent = person ? `${person.name} is signed in` : 'Nobody is signed in'
  byTestId('sign-out').hidden = person === null
  nobody.hidden = person !== null
  byTestId('tabs').hidden = person === null || elements.parentElement !== hero
  for (const button of document.querySelectorAll<HTMLElement>('[data-user]'))
    button.setAttribute('aria-pressed', String(button.dataset['user'] === person?.id))
  showElements(elements, setUp, person === null ? 0 : undefined)
  showKept()
}

/** A single-page app that changes its user tells the element first, or gives it the next one's token. */
async function change(next: () => Promise<Person | null>): Promise<void> {
  const stays = setUp.handsOver && person
  if (person && !stays) await forgetAll()
  person = await next()
  if (stays && !person) await forgetAll()
  else if (setUp.handsOver) await handOver(elements)
  showPerson()
}

const acts = {
  setUp: (scenario: Scenario) => void begin(scenario),
  act: (id: string) => void act(id).then(showKept, (error: unknown) => show({ kind: 'fault', message: String(error) })),
  choose: (id: string) => {
    location.hash = `scenario=${id}`
  },
}

function show(standing: Standing): void {
  renderList(byTestId('scenarios'), chosen(), acts)
  renderScenario(byTestId('scenario'), findScenario(chosen()), standing, acts)
}

/** Sets the servers up, forgets everything here, and loads the page that the scenario is about. */
async function begin(scenario: Scenario): Promise<void> {
  show({ kind: 'busy' })
  try {
    await forgetAll()
    await setUpServers(scenario.id)
    await emptyStorage()
    clearLog(list)
    tellTabs()
    go(scenario)
  } catch (error) {
    show({ kind: 'fault', message: `It could not be set up: ${String(error)}` })
  }
}

function go(scenario: Scenario | undefined): void {
  if (scenario?.page?.variant === 'frame') return void open(`${state.portal}/`, '_top')
  const to = `${location.origin}${path(scenario)}${scenario ? `#scenario=${scenario.id}` : '#qa'}`
  if (framed) return void open(to, '_top')
  const same = location.pathname === path(scenario)
  location.assign(to)
  if (same) location.reload()
}

async function reset(): Promise<void> {
  await forgetAll()
  await resetServers()
  await emptyStorage()
  clearLog(list)
  tellTabs()
  go(undefined)
}

/** Puts the live element where it is looked at, made as the scenario wants it. */
async function takePlace(scenario: Scenario | undefined): Promise<void> {
  setUp = scenario?.page ?? {}
  byTestId('moved').hidden = !scenario
  if (!scenario) return
  byTestId('bench').append(elements, nobody)
  document.documentElement.classList.toggle('framed', framed)
  if (setUp.breakStorage) await breakStorage()
  if (setUp.scheme) showScheme(setUp.scheme)
  if (framed && !person) person = await signIn('ana')
}

/** The hero shows one connector's button, or all of them. */
function choose(tab: HTMLElement): void {
  for (const one of document.querySelectorAll('[data-show]')) one.setAttribute('aria-pressed', String(one === tab))
  setUp = tab.dataset['show'] === 'list' ? { connector: null } : {}
  elements.replaceChildren()
  showPerson()
}

function listen(): void {
  for (const tab of document.querySelectorAll<HTMLElement>('[data-show]'))
    tab.addEventListener('click', () => choose(tab))
  for (const button of document.querySelectorAll<HTMLElement>('[data-user]'))
    button.addEventListener('click', () => void change(() => signIn(button.dataset['user'] ?? '')))
  byTestId('sign-in').addEventListener('click', () => void change(() => signIn('ana')))
  byTestId('sign-out').addEventListener('click', () => void change(signOut))
  byTestId('reset').addEventListener('click', () => void reset())
  byTestId('clear-events').addEventListener('click', () => clearLog(list))
  byTestId('copy-report').addEventListener('click', ({ currentTarget }) => {
    const dialog = byTestId('report', HTMLDialogElement)
    if (currentTarget instanceof HTMLElement)
      void copy(writeReport(state, chosen()), currentTarget, (text) => {
        const area = dialog.querySelector('textarea')
        if (area) area.value = text
        dialog.showModal()
        area?.select()
      })
  })
  for (const [id, tool] of Object.entries(tools)) byTestId(id).addEventListener('click', () => void tell(tool))
  addEventListener('hashchange', () => show({ kind: current() ? 'ready' : 'chosen' }))
}

async function tell(tool: () => Promise<string>): Promise<void> {
  const result = byTestId('result')
  result.textContent = '…'
  result.textContent = await tool().catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
}

/** The servers have one state for all tabs: who sets it up in another one has taken it from this one. */
async function overtake(): Promise<void> {
  const before = current()
  state = await readState()
  show({ kind: before ? 'overtaken' : 'chosen' })
}

offerSnippets()
byTestId('connector-count').textContent = String(state.connectors)
listen()
logEvents(list, showKept)
person = await currentPerson()
await takePlace(current())
if (person && setUp.handsOver) await handOver(elements)
// Whoever comes for the first time is somebody: a demo that asks for a name first shows nothing.
if (!person && !framed && !state.scenario) person = await signIn('ana')
showPerson()
show({ kind: current() ? 'ready' : 'chosen' })
byTestId('scenarios').querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', behavior: 'instant' })
if (chosen()) byTestId('panel').scrollIntoView({ behavior: 'instant' })
if (current()) byTestId('scenario').querySelector('h3')?.focus({ preventScroll: true })
