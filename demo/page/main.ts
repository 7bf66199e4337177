/** The demo's page: a host app around `<connector-auth>`. */

import '../../src/element/register.ts'
import { type Person, currentPerson, signIn, signOut } from './host.ts'
import { logEvents } from './log.ts'
import { byTestId } from './page.ts'
import { tools } from './tools.ts'

const elements = byTestId('elements')
const second = byTestId('second', HTMLInputElement)

function makeElement(): HTMLElement {
  const element = document.createElement('connector-auth')
  element.setAttribute('base-url', '/connector-auth')
  element.setAttribute('token-url', '/connect-token')
  element.setAttribute('connector-id', 'acme')
  return element
}

/** Shows who is signed in; the elements exist only for somebody. */
function show(person: Person | null): void {
  byTestId('signed-in').textContent = person ? `${person.name} is signed in` : 'Nobody is signed in'
  byTestId('sign-out').hidden = person === null
  for (const button of document.querySelectorAll<HTMLElement>('[data-user]')) {
    button.setAttribute('aria-pressed', String(button.dataset['user'] === person?.id))
  }
  for (const section of document.querySelectorAll<HTMLElement>('.needs-user')) section.hidden = person === null
  showElements(person === null ? 0 : second.checked ? 2 : 1)
}

function showElements(count: number): void {
  while (elements.childElementCount < count) elements.append(makeElement())
  while (elements.childElementCount > count) elements.lastElementChild?.remove()
}

/** A single-page app that changes its user tells the element first. */
async function leave(): Promise<void> {
  await Promise.all([...document.querySelectorAll('connector-auth')].map((element) => element.signOut()))
  elements.replaceChildren()
}

let person: Person | null = null
const change = async (next: () => Promise<Person | null>) => {
  if (person) await leave()
  person = await next()
  show(person)
}

for (const button of document.querySelectorAll<HTMLElement>('[data-user]')) {
  button.addEventListener('click', () => void change(() => signIn(button.dataset['user'] ?? '')))
}
byTestId('sign-out').addEventListener('click', () => void change(signOut))
second.addEventListener('change', () => show(person))
logEvents(byTestId('events'), byTestId('clear-events'))
async function tell(act: () => Promise<string>): Promise<void> {
  const said = await act().catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
  byTestId('result').textContent = said
}

for (const [id, act] of Object.entries(tools)) byTestId(id).addEventListener('click', () => void tell(act))
person = await currentPerson()
show(person)
