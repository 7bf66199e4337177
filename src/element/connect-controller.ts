/** Owns an element's client, its attempt and what is shown; the element renders `view` and nothing else. */

import type { ReactiveController, ReactiveControllerHost } from 'lit'
import {
  type Attempt,
  type Client,
  type ClientEvent,
  type Completion,
  type ConnectionStatus,
  type ConnectorFetchInit,
  type Credentials,
  type Disconnected,
  type InputValues,
  InvalidRequestError,
  type Outcome,
  type PublicConnector,
  type SessionRequest,
  type WaitOptions,
  createClient,
} from '../client/index.ts'
import { createPart } from '../client/part.ts'
import { ConnectorAuthEvent } from './events.ts'
import { type Configurable, type Target, readEntry, readSettings } from './settings.ts'
import { connectedOf, fieldsOf } from './outcome-fields.ts'
import type { ReadOptions } from './read-options.ts'
import { type Connected, type Failure, type View, viewOf } from './view.ts'

type Host = ReactiveControllerHost & HTMLElement & Configurable

/** Runs attempts for one element. */
export class ConnectController implements ReactiveController {
  /** What to show. */
  view: View = { name: 'loading' }
  /** What the backend tells of the connector; absent until it answered. */
  connector: PublicConnector | undefined
  /** Goes on with what was typed. */
  readonly enter = (values: InputValues) => this.#attempt?.enter(values)

  readonly #host: Host
  /** Much may have happened while the page lay in the back-forward cache. */
  readonly #again = ({ persisted }: PageTransitionEvent) => {
    if (persisted && this.#client && !this.#running()) void this.getStatus().catch(ignore)
  }
  #sequence = 0
  /** The settings that everything below belongs to. */
  #key = ''
  #target: Target = { connectorId: '' }
  #client: Client | undefined
  /** Nothing is asked for a person who signed out until somebody calls again. */
  #signedOut = false
  /** The latest question; an answer to an earlier one is dropped. */
  #asked: object = {}
  #loading: Promise<unknown> | undefined
  #attempt: Attempt | undefined
  #began: ((attempt: Attempt) => void) | undefined
  #next: Promise<Attempt> | undefined
  #standing: Connected | undefined
  #connectionId: string | undefined

  constructor(host: Host) {
    this.#host = host
    host.addController(this)
  }

  hostConnected(): void {
    addEventListener('pageshow', this.#again)
    this.#host.requestUpdate()
  }

  hostUpdate(): void {
    // A new token in the place of the one that went at sign-out is somebody calling.
    if (this.#host.isConnected && (!this.#signedOut || this.#host.authToken)) this.#configure()
  }

  /** Frameworks take an element out and put it back in one breath; only what stays out is let go, and not mid-attempt. */
  hostDisconnected(): void {
    removeEventListener('pageshow', this.#again)
    setTimeout(() => this.#release())
  }

  /** Starts an attempt, or joins the one that runs; opens the window in this very call, as browsers ask in a click. */
  begin(another = false, inputs?: InputValues): Promise<Outcome> {
    const running = this.#running()
    if (running) return running.finished
    const client = this.#configure()
    if (!client) return Promise.resolve({ status: 'failed', ...this.#fault(), retryable: false })
    const finished = this.#take(client.start({ ...this.#request(another), ...readEntry(this.#host, inputs) }))
    this.#fire('open')
    return finished
  }

  /** Makes the next click open the window at once; what fails here is told by the attempt. */
  async prepare(): Promise<void> {
    // A pointer that rests on the button must not bring back the person who has just signed out.
    if (!this.#running() && !this.#signedOut) await this.#configure()?.prepare(this.#request())
  }

  /** Waits for the attempt that runs, ran last, or comes next; a connection that stands is answered at once. */
  wait(options: WaitOptions = {}): Promise<Completion> {
    const outcome = this.#outcome()
    const readCredentials = () => this.getCredentials()
    const load = createPart(() => import('./completion.ts'))
    const waiting = load().then(({ waitForCompletion }) => waitForCompletion({ outcome, readCredentials }, options))
    // Nobody has to await.
    for (const promise of [outcome, waiting]) promise.catch(() => undefined)
    return waiting
  }

  /** Opens the window again; false where the browser blocks it. */
  reopen(): boolean {
    this.#attempt?.reopen()
    return this.#attempt?.state.phase !== 'blocked'
  }

  /** Goes on in this tab. */
  leave(): void {
    this.#attempt?.leave()
  }

  cancel(): void {
    this.#attempt?.cancel()
  }

  /** Goes on with an attempt from before a reload, from another tab, or of an element that is gone. */
  async resume(): Promise<Outcome | undefined> {
    await this.#resume(this.#need())
    return this.#running()?.finished
  }

  /** A connection that came about after all is kept. */
  keep(): void {
    if (this.#standing) this.#connect(this.#standing)
  }

  /** Asks how the connection stands, and shows it. */
  async getStatus(): Promise<ConnectionStatus> {
    return this.#load(this.#need())
  }

  async getCredentials(options?: ReadOptions): Promise<Credentials | null> {
    return this.#need().getCredentials(this.#target.connectorId, this.#reading(options))
  }

  async getAccessToken(options?: ReadOptions): Promise<string> {
    return this.#need().getAccessToken(this.#target.connectorId, this.#reading(options))
  }

  async connectorFetch(url: string | URL, init?: ConnectorFetchInit): Promise<Response> {
    return this.#need().connectorFetch(this.#target.connectorId, url, { ...this.#which(), ...init })
  }

  async disconnect(): Promise<Disconnected> {
    const client = this.#need()
    this.#show({ name: 'disconnecting' })
    return this.#ask(client.disconnect(this.#target.connectorId, this.#which()), () => {
      this.#attempt = undefined
      this.#clear('idle')
      this.#fire('disconnected')
    })
  }

  async signOut(): Promise<void> {
    const client = this.#client ?? (this.#signedOut ? undefined : this.#configure())
    if (!client) return
    this.#client = undefined
    this.#leave()
    await client.signOut()
    client.close()
  }

  /** Follows the settings, makes the client that fits them, and asks how things stand. */
  #configure(): Client | undefined {
    const settings = readSettings(this.#host)
    const { fault, target, options } = settings
    const key = JSON.stringify([settings, !!this.#host.getAuthToken], withoutToken)
    const newer = key === this.#key && this.#client?.renew(options?.authToken)
    if (newer && this.#client && this.view.name === 'failed') void this.#introduce(this.#client)
    this.#signedOut = false
    if (key !== this.#key) {
      this.#key = key
      this.connector = undefined
      // A host that clears its settings may sign the person out next: their client stays for that.
      if (fault) {
        this.cancel()
        this.#show({ name: 'fault', attribute: fault })
      } else this.#forget({ name: 'loading' })
    }
    if (target && !this.#client) {
      this.#target = target
      this.#connectionId = target.connectionId
      // An earlier person's client may have something to say still; it is about nobody here.
      const client: Client = createClient({
        ...options,
        onEvent: (event) => client === this.#client && this.#hear(event, client),
      })
      this.#client = client
      void this.#introduce(client)
    }
    return target && this.#client
  }

  #need(): Client {
    const client = this.#configure()
    if (client) return client
    const { reason, message } = this.#fault()
    throw new InvalidRequestError(reason, message)
  }

  #fault() {
    const attribute = readSettings(this.#host).fault
    return { reason: 'invalid_configuration', message: `Set ${attribute} on <connector-auth>.` } as const
  }

  async #introduce(client: Client): Promise<void> {
    this.#loading = this.#load(client)
      .catch(ignore)
      .then(() => this.#resume(client))
      .catch(ignore)
    const [connectors] = await Promise.all([client.connectors().catch(() => []), this.#loading])
    if (client !== this.#client) return
    this.connector = connectors.find(({ id }) => id === this.#target.connectorId)
    this.#host.requestUpdate()
    this.#fire('ready')
  }

  async #resume(client: Client): Promise<void> {
    if (client !== this.#client) return
    const attempt = await client.resume(this.#target)
    // Meanwhile there may be another attempt, or another person.
    if (this.#running() || client !== this.#client) attempt?.release()
    else if (attempt) void this.#take(attempt)
  }

  #load(client: Client): Promise<ConnectionStatus> {
    return this.#ask(client.getStatus(this.#target.connectorId, this.#which()), (answer) => {
      if (answer.status === 'connected') return this.#connect(connectedOf(answer.connection))
      if (answer.status === 'not_connected') return this.#clear('idle')
      this.#clear('needsReconnect', answer.connection.connectionId)
      this.#fire('needs-reconnect')
    })
  }

  /** Shows what a question came to, unless something newer is shown by then. */
  async #ask<T>(question: Promise<T>, show: (answer: T) => void): Promise<T> {
    const asked = this.#running() ?? {}
    this.#asked = asked
    const fresh = () => asked === this.#asked && !this.#running()
    try {
      const answer = await question
      if (fresh()) show(answer)
      return answer
    } catch (error) {
      if (fresh()) {
        this.#show({ name: 'failed', failure: error as Failure, next: 'load' })
        import('./retry-online.ts').then(({ retryOnline }) => retryOnline(this), ignore)
      }
      throw error
    }
  }

  async #outcome(): Promise<Outcome> {
    this.#need()
    if (!this.#attempt) await this.#loading
    if (!this.#attempt && this.#standing) return this.#standing
    this.#next ??= new Promise((resolve) => {
      this.#began = resolve
    })
    return (this.#attempt ?? (await this.#next)).finished
  }

  #take(attempt: Attempt): Promise<Outcome> {
    const { connectorId } = this.#target
    this.#asked = this.#attempt = attempt
    this.#began?.(attempt)
    this.#next = undefined
    this.#follow(attempt)
    attempt.subscribe((event) => {
      this.#follow(attempt)
      if (/^(pop|ret)/.test(event)) this.#fire(event, { connectorId }, attempt)
    })
    // A promise settles once, and so does what hangs on it: one terminal event.
    void attempt.finished.then((outcome) => this.#settle(attempt, connectorId, outcome))
    return attempt.finished
  }

  #running(): Attempt | undefined {
    return this.#attempt?.state.phase === 'settled' ? undefined : this.#attempt
  }

  #follow(attempt: Attempt): void {
    const { state } = attempt
    if (attempt === this.#attempt && state.phase !== 'settled') this.#show(viewOf(state, attempt))
  }

  #settle(attempt: Attempt, connectorId: string, outcome: Outcome): void {
    const { status } = outcome
    if (attempt === this.#attempt) {
      if (status === 'connected') this.#connect(outcome)
      else if (status === 'failed')
        this.#show({ name: 'failed', failure: outcome, next: this.#standing ? 'load' : 'connect' })
      else this.#show(this.#standing ? { name: 'connected', standing: this.#standing } : { name: 'idle', note: status })
    }
    this.#fire(status, { ...fieldsOf(outcome), connectorId }, attempt)
    this.#release()
  }

  #connect(standing: Connected): void {
    this.#connectionId = standing.connectionId
    this.#standing = standing
    this.#show({ name: 'connected', standing })
  }

  #clear(note: 'idle' | 'needsReconnect', connectionId = this.#target.connectionId): void {
    this.#connectionId = connectionId
    this.#standing = undefined
    if (!this.#running()) this.#attempt = undefined
    this.#show({ name: 'idle', note })
  }

  /** Drops everything that belongs to the settings, or the person, that were; the client ends the attempt. */
  #forget(view: View): void {
    this.#client?.close()
    this.#asked = {}
    this.#client = this.#attempt = this.#standing = this.#connectionId = undefined
    this.#show(view)
  }

  #leave(): void {
    this.#forget({ name: 'idle', note: 'idle' })
    this.#signedOut = true
  }

  #release(): void {
    if (this.#host.isConnected) return
    // Another element may be what the framework puts in its place.
    if (this.#running()) return this.#attempt?.release()
    this.#asked = {}
    this.#client?.close()
    this.#client = undefined
  }

  #hear(event: ClientEvent, client: Client): void {
    const { type } = event
    // By another element of the page.
    if (type === 'signed_out') return this.#leave()
    // Nothing that is shown is about who is here now.
    if (type === 'person_changed') return void (this.#forget({ name: 'loading' }), this.#configure())
    // Cancelled here, granted there: the person says what is to become of it.
    if (type === 'late_connection') return void this.#offer(client, event.connectionId).catch(ignore)
    if (type === 'needs_reconnect' && !this.#running()) this.#clear('needsReconnect', this.#connectionId)
    this.#fire(type)
  }

  /** Shows the connection that came late, and no other: what is said next is about that one. */
  async #offer(client: Client, connectionId: string): Promise<void> {
    const answer = await client.getStatus(this.#target.connectorId, { connectionId })
    if (client !== this.#client || this.#running() || answer.status !== 'connected') return
    const standing = connectedOf(answer.connection)
    this.#connect(standing)
    this.#show({ name: 'connected', standing, late: true })
  }

  #show(view: View): void {
    const { name } = this.view
    this.view = view
    this.#host.requestUpdate()
    if (view.name !== name) this.#fire('status-change', { status: view.name })
  }

  #fire(name: string, fields?: object, attempt = this.#attempt): void {
    this.#host.dispatchEvent(
      new ConnectorAuthEvent(name.replaceAll('_', '-'), {
        connectorId: this.#target.connectorId,
        sequence: ++this.#sequence,
        sessionId: attempt?.sessionId,
        connectionId: this.#connectionId,
        ...fields,
      }),
    )
  }

  #which(): { readonly connectionId?: string } {
    return this.#connectionId ? { connectionId: this.#connectionId } : {}
  }

  #reading(options?: ReadOptions): ReadOptions & { readonly connectionId?: string } {
    return { ...this.#which(), ...(this.#host.force && { forceRefresh: true }), ...options }
  }

  #request(another = false): SessionRequest {
    return {
      ...this.#target,
      ...(another ? { new: true } : this.#which()),
      ...(this.#host.force && { force: true }),
    }
  }
}

const ignore = () => undefined
/** A host's tokens may rotate: whether there is one matters, and not which. */
const withoutToken = (name: string, value: unknown) => name === 'authToken' || value
