/** Owns an element's attempt and what is shown; the element renders `view` and nothing else. */

import type { ReactiveController } from 'lit'
import { reasonOf } from '../api/call.ts'
import { failed } from '../client/failed.ts'
import {
  type Attempt,
  type Client,
  type ClientEvent,
  type Completion,
  type Connection,
  type ConnectionStatus,
  type Disconnected,
  type InputValues,
  InvalidRequestError,
  type Outcome,
  type PublicConnector,
  type SessionRequest,
  type WaitOptions,
} from '../client/index.ts'
import { createPart } from '../client/part.ts'
import { ElementClient, type Host } from './element-client.ts'
import type { List } from './list.ts'
import { readEntry } from './settings.ts'
import { connectedOf, fieldsOf } from './outcome-fields.ts'
import type { Seed } from './views/card.ts'
import { type Connected, type Failure, type View, viewOf } from './view.ts'

/** What an attempt asks for beside the element's settings. */
type Extra = Pick<SessionRequest, 'new' | 'scopes' | 'inputs'>

/** Runs attempts for one element. */
export class ConnectController extends ElementClient<ConnectController> implements ReactiveController {
  /** What to show. */
  view: View = { name: 'loading' }
  /** What the backend tells of the connector; absent until it answered. */
  connector: PublicConnector | undefined
  /** The connections to show a card for each: several, and the host has named none. */
  accounts: readonly Connection[] = []
  /** The connectors to choose from, where the host has named none. */
  list: List | undefined
  /** What became of the tokens of the connection that was ended last. */
  revocation: Disconnected['revocation'] | undefined
  /** Goes on with what was typed. */
  readonly enter = (values: InputValues) => this.attempt?.enter(values)

  /** Much may have happened while the page lay in the back-forward cache. */
  readonly #again = ({ persisted }: PageTransitionEvent) => {
    if (persisted && this.client && !this.owner) this.refresh()
  }
  /** The cards that are shown in here. */
  readonly cards = new Set<ConnectController>()
  /** Whether the owner has told how things stand. */
  #told = false
  /** The latest question; an answer to an earlier one is dropped. */
  asked: object = {}
  loading: Promise<unknown> | undefined
  override attempt: Attempt | undefined
  /** What the latest attempt asked for. */
  #extra: Extra = {}
  /** The latest attempt, of this card or of one that is shown in here. */
  latest: Attempt | undefined
  /** Who waits for the next one. */
  readonly waiting: ((attempt: Attempt) => void)[] = []
  standing: Connected | undefined

  constructor(host: Host) {
    super(host)
    host.addController(this)
  }

  hostConnected(): void {
    addEventListener('pageshow', this.#again)
    this.owner?.cards.add(this)
    this.host.requestUpdate()
  }

  hostUpdate(): void {
    // A new token in the place of the one that went at sign-out is somebody calling.
    if (this.host.isConnected && (!this.signedOut || this.host.authToken)) this.configure()
  }

  /** Frameworks take an element out and put it back in one breath; only what stays out is let go, and not mid-attempt. */
  hostDisconnected(): void {
    removeEventListener('pageshow', this.#again)
    setTimeout(() => this.#release())
  }

  /** Makes this one of several cards, with what is known of it already. */
  belong(owner: ConnectController, { connector, connections: [connection, ...more] }: Seed): void {
    this.owner = owner
    this.#told = !more[0]
    this.configure()
    this.connector = connector
    if (this.#told && !this.running()) this.tell(connection)
  }

  /** Starts an attempt, or joins the one that runs; opens the window in this very call, as browsers ask in a click. */
  begin(extra: Extra = {}): Promise<Outcome> {
    const running = this.running()
    if (running) return running.finished
    try {
      const client = extra.new ? this.need() : this.needOne()
      this.#extra = extra
      this.revocation = undefined
      const finished = this.#take(client.start({ ...this.#request(extra), ...readEntry(this.host, extra.inputs) }))
      this.fire('open')
      return finished
    } catch (error) {
      return Promise.resolve(failed(error))
    }
  }

  /** Begins once more what failed. */
  again(): void {
    void this.begin(this.#extra)
  }

  /** Makes the next click open the window at once; what fails here is told by the attempt. */
  async prepare(): Promise<void> {
    // A pointer that rests on the button must not bring back the person who has just signed out.
    if (this.running() || this.signedOut) return
    const client = this.configure()
    if (this.target.connectorId) await client?.prepare(this.#request(this.accounts[0] ? { new: true } : {}))
  }

  /** Waits for the attempt that runs, ran last, or comes next; a connection that stands is answered at once. */
  wait(options: WaitOptions = {}): Promise<Completion> {
    const waiting = loadActs().then((acts) => acts.wait(this, options))
    // Nobody has to await.
    waiting.catch(ignore)
    return waiting
  }

  /** Opens the window again; false where the browser blocks it. */
  reopen(): boolean {
    this.latest?.reopen()
    return this.latest?.state.phase !== 'blocked'
  }

  /** Goes on in this tab. */
  leaveTab(): void {
    this.latest?.leave()
  }

  cancel(): void {
    this.latest?.cancel()
  }

  /** Goes on with an attempt from before a reload, from another tab, or of an element that is gone. */
  async resume(): Promise<Outcome | undefined> {
    await this.#resume(this.need())
    return this.running()?.finished
  }

  /** A connection that came about after all is kept. */
  keep(): void {
    if (this.standing) this.connect(this.standing)
  }

  /** Asks how the connection stands, and shows it. */
  async getStatus(): Promise<ConnectionStatus> {
    return this.#load(this.need())
  }

  /** Asks how things stand, of one connector or of all. */
  reload(): void {
    const client = this.configure()
    if (client) void this.#stand(client).catch(ignore)
  }

  async disconnect(): Promise<Disconnected> {
    return (await loadActs()).disconnect(this)
  }

  /** Asks for what was not granted to the connection that stands. */
  grant(): void {
    void loadActs().then((acts) => acts.grant(this), ignore)
  }

  override renew(fault: string | undefined): void {
    this.connector = this.list = undefined
    // A host that clears its settings may sign the person out next: their client stays for that.
    if (fault) {
      this.cancel()
      this.show({ name: 'fault', attribute: fault })
    } else this.#forget({ name: 'loading' })
  }

  override renewed(client: Client): void {
    if (this.view.name === 'failed') void this.introduce(client)
  }

  override async introduce(client: Client): Promise<void> {
    const { connectorId } = this.target
    this.loading = Promise.resolve(this.#told || this.#stand(client))
      .catch(ignore)
      .then(() => this.#resume(client))
      .catch(ignore)
    if (this.owner) return
    const asked = connectorId ? client.connectors().catch(() => []) : []
    const [connectors] = await Promise.all([asked, this.loading])
    if (client !== this.client) return
    this.connector = connectors.find(({ id }) => id === connectorId)
    this.host.requestUpdate()
    this.fire('ready')
  }

  override hear(event: ClientEvent, client: Client): void {
    const { type } = event
    // By another element of the page.
    if (type === 'signed_out') return this.leave()
    // Nothing that is shown is about who is here now.
    if (type === 'person_changed') return void (this.#forget({ name: 'loading' }), this.configure())
    for (const card of this.cards) card.hear(event, client)
    if ('connectorId' in event) void loadActs().then((acts) => acts.learn(this, event, client), ignore)
    // Once, by the outermost: cards in cards have one client. That another one did something is no event of this one.
    if (!this.owner && !/^(conn|late)/.test(type))
      this.fire(type, 'connectorId' in event ? { connectorId: event.connectorId } : {})
  }

  override leave(): void {
    this.list?.leave()
    this.#forget(this.target.connectorId ? { name: 'idle', note: 'idle' } : { name: 'list' })
    this.signedOut = true
  }

  /** The client, where one connection is meant.
   *
   * @throws {InvalidRequestError} `invalid_configuration` · `connection_ambiguous`
   */
  needOne(): Client {
    if (this.accounts[0])
      throw new InvalidRequestError('connection_ambiguous', 'Several connections fit. Set connection-id.')
    return this.need()
  }

  async #resume(client: Client): Promise<void> {
    if (client !== this.client) return
    if (!this.target.connectorId) return this.list?.resume(client)
    const attempt = await client.resume(this.target)
    // Meanwhile there may be another attempt, or another person.
    if (this.running() || client !== this.client) attempt?.release()
    else if (attempt) void this.#take(attempt)
  }

  /** Asks how things stand, and shows it. */
  async #stand(client: Client): Promise<unknown> {
    if (this.target.connectorId) return this.#load(client)
    return this.host.headless || this.ask(this.#loadList(client), () => this.show({ name: 'list' }))
  }

  async #loadList(client: Client): Promise<void> {
    await (await loadActs()).loadList(this, client)
  }

  /** Follows a change, behind what is shown; so does who shows this card. */
  follow(revocation?: Disconnected['revocation']): void {
    this.revocation = revocation
    this.refresh()
    this.owner?.follow(revocation)
  }

  refresh(): void {
    if (!this.client) return
    if (!this.target.connectorId) this.list?.load(this.client).catch(ignore)
    else if (!this.running()) this.#load(this.client).catch(ignore)
  }

  async #load(client: Client): Promise<ConnectionStatus> {
    const { connectorId, connectionId } = this.target
    const question = client.getStatus(connectorId, connectionId ? { connectionId } : {})
    // Nobody has said which one is meant: all are shown.
    const told = question.catch((error: unknown) => {
      if (reasonOf(error) === 'connection_ambiguous') return client.connections(connectorId)
      throw error
    })
    await this.ask(told, (answer) => {
      if ('status' in answer) return this.tell('connection' in answer ? answer.connection : undefined)
      this.accounts = answer
      this.clear({ name: 'accounts', note: 'idle', count: answer.length })
    })
    return question
  }

  /** Shows how the only connection stands. */
  tell(connection: Connection | undefined): void {
    const { view } = this
    this.accounts = []
    if (!connection) return this.clear({ name: 'idle', note: 'idle' })
    if (connection.status === 'active') return this.connect(connectedOf(connection))
    this.clear({ name: 'idle', note: 'needsReconnect', ended: connection }, connection.connectionId)
    if (view.name !== 'idle' || view.note !== 'needsReconnect') this.fire('needs-reconnect')
  }

  /** Shows what a question came to, unless something newer is shown by then. */
  async ask<T>(question: Promise<T>, show: (answer: T) => void): Promise<T> {
    const asked = this.running() ?? {}
    this.asked = asked
    const fresh = () => asked === this.asked && !this.running()
    try {
      const answer = await question
      if (fresh()) show(answer)
      return answer
    } catch (error) {
      if (fresh()) {
        this.show({ name: 'failed', failure: error as Failure, next: 'load' })
        loadActs().then(({ retryOnline }) => retryOnline(this), ignore)
      }
      throw error
    }
  }

  #take(attempt: Attempt): Promise<Outcome> {
    const { connectorId } = this.target
    this.asked = this.attempt = attempt
    this.note(attempt)
    this.#showPhase(attempt)
    attempt.subscribe((event) => {
      this.#showPhase(attempt)
      if (/^(pop|ret)/.test(event)) this.fire(event, { connectorId }, attempt)
    })
    // A promise settles once, and so does what hangs on it: one terminal event.
    void attempt.finished.then((outcome) => this.#settle(attempt, connectorId, outcome))
    return attempt.finished
  }

  /** Who waits here waits for this one, and so does who waits where this card is one of several. */
  note(attempt: Attempt): void {
    this.latest = attempt
    for (const resolve of this.waiting.splice(0)) resolve(attempt)
    this.owner?.note(attempt)
  }

  running(): Attempt | undefined {
    return this.attempt?.state.phase === 'settled' ? undefined : this.attempt
  }

  #showPhase(attempt: Attempt): void {
    const { state } = attempt
    if (attempt === this.attempt && state.phase !== 'settled') this.show(viewOf(state, attempt))
  }

  #settle(attempt: Attempt, connectorId: string, outcome: Outcome): void {
    const { status } = outcome
    const current = attempt === this.attempt
    if (current) {
      if (outcome.status === 'connected') this.connect(outcome)
      else this.#rest(outcome)
    }
    this.fire(status, { ...fieldsOf(outcome), connectorId }, attempt)
    if (status === 'connected') {
      // Perhaps not the only one any more.
      if (current && (this.#extra.new || this.accounts[0]) && !this.target.connectionId) this.refresh()
      this.owner?.follow()
    }
    this.#release()
  }

  /** Shows what is left when an attempt brought nothing. */
  #rest(outcome: Exclude<Outcome, Connected>): void {
    const standing = this.standing
    const { status } = outcome
    const count = this.accounts.length
    if (status === 'failed')
      this.show({ name: 'failed', failure: outcome, next: 'again', back: !!standing || count > 0 })
    else if (count) this.show({ name: 'accounts', note: status, count })
    else this.show(standing ? { name: 'connected', standing } : { name: 'idle', note: status })
  }

  connect(standing: Connected): void {
    this.connectionId = standing.connectionId
    this.standing = standing
    this.show({ name: 'connected', standing })
  }

  clear(view: View, connectionId = this.target.connectionId): void {
    this.connectionId = connectionId
    this.standing = undefined
    if (!this.running()) this.attempt = this.latest = undefined
    this.show(view)
  }

  /** Drops everything that belongs to the settings, or the person, that were; the client ends the attempt. */
  #forget(view: View): void {
    this.close()
    this.asked = {}
    this.accounts = []
    this.attempt = this.latest = this.standing = this.connectionId = undefined
    this.show(view)
  }

  #release(): void {
    if (this.host.isConnected) return
    this.owner?.cards.delete(this)
    // Another element may be what the framework puts in its place.
    if (this.running()) return this.attempt?.release()
    this.asked = {}
    this.close()
  }

  show(view: View): void {
    const { name } = this.view
    this.view = view
    this.host.requestUpdate()
    if (view.name !== name) this.fire('status-change', { status: view.name })
  }

  #request(extra: Extra): SessionRequest {
    return {
      ...this.target,
      ...(!extra.new && this.which()),
      ...(this.host.force && { force: true }),
      ...extra,
    }
  }
}

const loadActs = createPart(() => import('./card-acts.ts'))

const ignore = () => undefined
