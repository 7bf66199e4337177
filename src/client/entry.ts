/** Runs an attempt that begins with what a person types: in a form that a view shows, or given with the call. */

import type { Call } from '../api/call.ts'
import { enterCredentials, listForms } from '../api/entry.ts'
import { delay } from '../api/wait.ts'
import { ConnectorAuthError, InvalidRequestError } from '../protocol/errors.ts'
import type { Form } from '../protocol/form.ts'
import type { Input, InputValues } from '../protocol/inputs.ts'
import type { AttemptState, Problem } from './attempt-machine.ts'
import { type Attempt, onAbort } from './attempt.ts'
import { type Course, createCourse } from './course.ts'
import { failed } from './failed.ts'
import type { Outcome, SessionRequest } from './options.ts'
import { outcomeOf } from './outcome.ts'
import { wantedOf } from './session.ts'

export interface EntryOptions {
  readonly request: SessionRequest
  readonly call: Call
  /** Goes on in a window with what was typed; in a click, which may have opened it already. */
  readonly openWindow: (request: SessionRequest, signal: AbortSignal, blank?: Window | null) => Attempt
  /** A window is tried first, for nothing is known of the connector; with what the click has opened. */
  readonly early?: { readonly blank: Window | null | undefined }
  /** Hears of a connection before the attempt settles. */
  readonly onEntered: () => Promise<void>
  /** Hears of a connection that came about after the attempt had ended here. */
  readonly onLate: (connectionId: string) => void
  /** An abort of one of them cancels. */
  readonly signals: readonly (AbortSignal | undefined)[]
  readonly onRelease: () => void
  /** Whether its view has let it go and no other has taken it up. */
  readonly isFree: () => boolean
}

/** What is known of the attempt while it runs. */
interface Stand {
  /** What was asked for, by a view that shows it. */
  asked?: { readonly form: Form; readonly fields: readonly Input[] }
  /** The attempt in a window that what was typed led to. */
  inner?: Attempt | undefined
}

/** Starts the attempt. It has no time limit of its own: a person may have to look for a key. */
export function createEntry(options: EntryOptions): Attempt {
  const { request, call, signals, onRelease, openWindow, early } = options
  const course = createCourse({ phase: 'preparing' }, Infinity)
  const { fail, cancel, finished, subscribe } = course
  const stand: Stand = {}
  for (const one of signals) onAbort(one, cancel, course.signal)
  if (early) void tryWindow(openWindow(request, course.signal, early.blank), stand, options, course)
  else
    readForm(call, request.connectorId)
      .then((form) => begin(form, stand, options, course))
      .catch(fail)
  const isAsked = () => course.state.phase === 'entering'
  return {
    get state() {
      return stateOf(course.state, stand.inner)
    },
    get left() {
      return !!stand.inner?.left
    },
    get sessionId() {
      return stand.inner?.sessionId
    },
    get url() {
      return stand.inner?.url
    },
    finished,
    subscribe,
    enter(values) {
      // A second press while the first is on its way is not a second request.
      if (stand.asked && isAsked()) enter(stand.asked.form, values, stand, options, course)
    },
    reopen: () => stand.inner?.reopen(),
    leave: () => stand.inner?.leave(),
    cancel,
    release() {
      // A form that nobody shows is waited for in vain.
      if (isAsked()) cancel()
      else onRelease()
    },
  }
}

/** Goes on in a window, unless something is asked first. */
async function tryWindow(...[inner, stand, options, course]: [Attempt, Stand, EntryOptions, Course]): Promise<void> {
  const outcome = await goOn(inner, stand, course)
  const { call, request } = options
  // Then there is no session to sign in to.
  const refused = outcome.status === 'failed' && ['invalid_input', 'wrong_method'].includes(outcome.reason)
  const form = refused && !inner.sessionId && (await readForm(call, request.connectorId).catch(() => undefined))
  // Where nothing is asked, it was something else that was not as it must be.
  if (form && (form.method !== 'oauth2' || shownOf(form).length)) {
    stand.inner = undefined
    begin(form, stand, options, course)
  } else course.step({ type: 'settled', outcome })
}

/** Asks the person, or goes on with what the host has given. */
function begin(form: Form, stand: Stand, options: EntryOptions, course: Course): void {
  if (course.signal.aborted) return
  const { inputs, form: shown = !inputs } = options.request
  const fields = shownOf(form)
  if (!shown || !fields.length) return enter(form, inputs ?? {}, stand, options, course)
  // A form that nobody shows is waited for in vain.
  if (options.isFree()) return course.cancel()
  stand.asked = { form, fields }
  course.step({ type: 'asked', fields })
}

const shownOf = ({ inputs = [] }: Form) => inputs.filter(({ hidden }) => !hidden)

/** Tries what was typed. */
function enter(form: Form, values: InputValues, ...[stand, options, course]: [Stand, EntryOptions, Course]): void {
  const fields = stand.asked?.fields
  course.step({ type: 'entered', fields })
  const refuse = (outcome: Outcome) => {
    // Nobody is there to be asked again.
    const problem = !options.isFree() && fields && problemOf(outcome, fields)
    // At the end it still says which session it was.
    if (problem) stand.inner = undefined
    course.step(problem ? { type: 'asked', fields, problem } : { type: 'settled', outcome })
  }
  if (form.method !== 'oauth2') return void save(values, options, course).catch((cause) => refuse(failed(cause)))
  const inner = options.openWindow({ ...options.request, inputs: values }, course.signal)
  void goOn(inner, stand, course).then(refuse)
}

/** Goes on in a window. */
function goOn(inner: Attempt, stand: Stand, course: Course): Promise<Outcome> {
  stand.inner = inner
  follow(inner, course)
  return inner.finished
}

async function readForm(call: Call, connectorId: string): Promise<Form> {
  const found = (await listForms(call)).find(({ id }) => id === connectorId)
  if (found) return found
  throw new InvalidRequestError('unknown_connector', `There is no connector ${connectorId}.`)
}

/** A window's state counts once there is a window; before, what was typed is still being looked at. */
function stateOf(own: AttemptState, inner: Attempt | undefined): AttemptState {
  if (own.phase === 'settled' || !inner) return own
  const { state } = inner
  return state.phase === 'preparing' || state.phase === 'settled' ? own : state
}

/** Tells what happens in the window as the attempt's own. */
function follow(inner: Attempt, { step }: Course): void {
  inner.subscribe((event) => {
    switch (event) {
      case 'click_needed':
      case 'popup_opened':
      case 'popup_blocked':
      case 'popup_maybe_closed':
      case 'left':
      case 'returned':
        return void step({ type: event })
      case 'asked':
      case 'entered':
      case 'deadline':
      case 'overdue':
      case 'settled':
        // Its promise says how it ended.
        return undefined
    }
  })
}

/** Sends what was typed; after a Cancel too, a connection that came of it must not be lost. */
async function save(values: InputValues, options: EntryOptions, { step }: Course): Promise<void> {
  const { call, request, onEntered, onLate } = options
  const { connectorId } = request
  const answer = await send(() => enterCredentials(call, connectorId, { values, connection: wantedOf(request) }))
  await onEntered().catch(() => undefined)
  if (!step({ type: 'settled', outcome: outcomeOf(connectorId, answer) })) onLate(answer.connectionId)
}

/** Sends again where the backend says that it did nothing: a 503 is about itself, not about what was typed. */
async function send<T>(ask: () => Promise<T>): Promise<T> {
  for (let milliseconds = 400; ; milliseconds *= 2) {
    try {
      return await ask()
    } catch (error) {
      const again = error instanceof ConnectorAuthError && error.statusCode === 503 && error.retryable
      if (!again || milliseconds > 1_000) throw error
      await delay(milliseconds)
    }
  }
}

/** What a person can mend by typing something else. */
const mendable: readonly string[] = ['invalid_input', 'credentials_rejected', 'account_mismatch', 'capture_failed']

/** Why it is asked for again; undefined where typing it anew changes nothing. */
function problemOf(outcome: Outcome, fields: readonly Input[]): Problem | undefined {
  if (outcome.status !== 'failed' || !(outcome.retryable || mendable.includes(outcome.reason))) return undefined
  const { reason, message, requestId } = outcome
  const told = { reason, ...(requestId && { requestId }) }
  // The backend names the field first.
  const field = reason === 'invalid_input' && fields.find(({ name }) => message.startsWith(`${name}: `))
  if (!field) return { ...told, message }
  return { ...told, field: field.name, message: message.slice(field.name.length + 2) }
}
