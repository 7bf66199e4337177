/** Owns an element's attempt and what is shown; the element renders `view` and nothing else. */

import type { ReactiveController } from 'lit'
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
  type Which,
} from '../client/index.ts'
import { createPart } from '../client/part.ts'
import type * as acts from './card-acts.ts'
import { ElementClient, type Host } from './element-client.ts'
import type { List } from './list.ts'
import { readEntry } from './settings.ts'
import type { Seed } from './views/card.ts'
import type { Connected, Failure, View } from './view.ts'

type Acts = typeof acts

/** What an attempt asks for beside the element's settings. */
type Extra = Pick<SessionRequest, 'new' | 'scopes' | 'inputs'>

/** What tells how an attempt ended. */
export type Ending = Pick<Attempt, 'state' | 'finished' | 'cancel'>

/** How a person leaves. */
export type Leaving = 'signed_out' | 'person_changed'

/** Runs attempts for one element. */
export class ConnectController extends ElementClient<ConnectController> implements ReactiveController {
  /** What to show. */
  override view: View = { name: 'loading' }
  /** What the backend tells of the connector; absent until it answered. */
  connector: PublicConnector | undefined
  /** The connector that was asked for, and that there is not. */
  missing: string | undefined
  /** The connections to show a card for each: several, and the host has named none. */
  accounts: readonly Connection[] = []
  /** The connectors to choose from, where the host has named none. */
  list: List | undefined
  /** What became of the tokens of the connection that was ended last. */
  revocation: Disconnected['revocation'] | undefined
  readonly enter = (values: InputValues) => this.attempt?.enter(values)

  /** The cards that are shown in here. */
  cards = new Set<ConnectController>()
  /** Whether the owner has told how things stand. */
  told = false
  /** The latest question; an answer to an earlier one is dropped. */
  asked: object = {}
  loading: Promise<unknown> | undefined
  override attempt: Attempt | undefined
  /** How the attempt ends, once that was told. */
  #ended: Promise<Outcome> | undefined
  /** What the latest attempt asked for. */
  override extra: Extra = {}
  /** The latest attempt, of this card or of one that is shown in here, or what was kept after its end. */
  latest: Ending | undefined
  /** Who waits for the next one. */
  readonly waiting = new Set<(attempt: Ending) => void>()
  standing: Connected | undefined
  /** Ends with the person, by how they leave: who waits for what they do is not answered by the next one. */
  #stay = new AbortController()

  constructor(host: Host) {
    super(host)
    host.addController(this)
  }

  hostConnected(): void {
    this.owner?.cards.add(this)
    this.host.requestUpdate()
  }

  hostUpdate(): void {
    // A new token in the place of the one that went at sign-out is somebody calling.
    if (this.host.isConnected && (!this.signedOut || this.host.authToken)) this.configure()
  }

  /** Frameworks take an element out and put it back in one breath; only what stays out is let go, and not mid-attempt. */
  hostDisconnected(): void {
    setTimeout(() => this.release())
  }

  /** Makes this one of several cards, with what is known of it already. */
  belong(owner: ConnectController, { connector, connections: [connection, ...more] }: Seed): void {
    this.owner = owner
    this.count = owner.count
    this.told = !more[0]
    this.configure()
    this.connector = connector
    if (this.told) void this.#act((acts) => this.running() || acts.tell(this, connection))
  }

  /** Starts an attempt, or joins the one that runs; opens the window in this very call, as browsers ask in a click. */
  begin(extra: Extra = {}): Promise<Outcome> {
    const running = this.running()
    if (running && this.#ended) {
      // What is given now is what its form asks for.
      if (extra.inputs && extra.new === this.extra.new) running.enter(extra.inputs)
      return this.#ended
    }
    try {
      const client = extra.new ? this.need() : this.needOne()
      this.extra = extra
      this.revocation = undefined
      const finished = this.take(client.start({ ...this.#request(extra), ...readEntry(this.host, extra.inputs) }))
      this.fire('open')
      return finished
    } catch (error) {
      return Promise.resolve(failed(error))
    }
  }

  /** Begins once more what failed. */
  again(): void {
    void this.begin(this.extra)
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
    // In this very call: settings that change after it are about what comes then.
    if (this.client) this.configure()
    const moment = { latest: this.latest, client: this.client, stay: this.#stay.signal }
    const waiting = loadActs().then((acts) => acts.wait(this, options, moment))
    // Nobody has to await.
    waiting.catch(ignore)
    return waiting
  }

  /** Opens the window again; false where the browser blocks it. */
  reopen(): boolean {
    this.attempt?.reopen()
    return this.attempt?.state.phase !== 'blocked'
  }

  /** Goes on in this tab. */
  leaveTab(): void {
    this.attempt?.leave()
  }

  /** Of several cards each cancels its own; who shows them, the latest. */
  cancel(): void {
    ;(this.running() ?? this.latest)?.cancel()
  }

  /** Goes on with an attempt from before a reload, from another tab, or of an element that is gone. */
  async resume(): Promise<Outcome | undefined> {
    return (await loadActs()).goOn(this)
  }

  /** Asks how the connection stands, and shows it. */
  async getStatus(): Promise<ConnectionStatus> {
    return (await loadActs()).load(this)
  }

  async disconnect(): Promise<Disconnected> {
    return (await loadActs()).disconnect(this)
  }

  /** A connection that came about after all is kept. */
  keep(): void {
    void this.#act((acts) => acts.keep(this))
  }

  /** Asks for what was not granted to the connection that stands. */
  grant(): void {
    void this.#act((acts) => acts.grant(this))
  }

  /** Asks how things stand, of one connector or of all. */
  reload(): void {
    const client = this.configure()
    if (client) void this.#act((acts) => acts.stand(this, client).catch(ignore))
  }

  override renew(fault: string | undefined): void {
    this.connector = this.list = undefined
    // A host that clears its settings may sign the person out next: their client stays for that.
    if (fault) {
      this.cancel()
      this.show({ name: 'fault', attribute: fault })
    } else this.#forget({ name: 'loading' })
  }

  override async introduce(client: Client): Promise<void> {
    const { connectorId } = this.target
    // At once: its answer is what is shown first.
    const connectors = connectorId && !this.owner ? client.connectors().catch(ignore) : undefined
    try {
      this.loading = loadActs()
      await (await loadActs()).introduce(this, client, connectors)
    } catch (error) {
      if (client === this.client && !this.running())
        this.show({ name: 'failed', failure: error as Failure, next: 'load' })
    }
  }

  override hear(event: ClientEvent, client: Client): void {
    const { type } = event
    // By another element of the page.
    if (type === 'signed_out') return this.leave()
    // Nothing that is shown is about who is here now.
    if (type === 'person_changed') return void (this.#forget({ name: 'loading' }, type), this.configure())
    void this.#act((acts) => acts.hear(this, event, client))
  }

  override leave(): void {
    this.#forget(this.target.connectorId ? { name: 'idle', note: 'idle' } : { name: 'list' }, 'signed_out')
    this.signedOut = true
  }

  override needOne({ connectionId }: Which = {}): Client {
    // What is cached without an id may be of either.
    if (this.accounts[0] && !connectionId)
      throw new InvalidRequestError('connection_ambiguous', 'Several connections fit. Set connection-id.')
    return this.need()
  }

  /** Follows an attempt; what it did before the code for that is there is told then. */
  take(attempt: Attempt): Promise<Outcome> {
    const { connectorId } = this.target
    this.asked = this.attempt = attempt
    this.note(attempt)
    void this.#act((acts) => acts.step(this, attempt, connectorId))
    attempt.subscribe((event) => void this.#act((acts) => acts.step(this, attempt, connectorId, event)))
    // A promise settles once, and so does what hangs on it: one terminal event, after all that was told before.
    const { finished } = attempt
    return (this.#ended = finished.then((outcome) =>
      this.#act((acts) => acts.settle(this, attempt, connectorId, outcome)).then(() => outcome),
    ))
  }

  /** Who waits here waits for this one, and so does who waits where this card is one of several. */
  note(attempt: Ending): void {
    this.latest = attempt
    for (const resolve of this.waiting) resolve(attempt)
    this.waiting.clear()
    this.owner?.note(attempt)
  }

  override running(): Attempt | undefined {
    return this.attempt?.state.phase === 'settled' ? undefined : this.attempt
  }

  /** Drops everything that belongs to the settings, or the person, that were; the client ends the attempt. */
  #forget(view: View, left?: Leaving): void {
    this.#empty(left)
    this.list?.leave()
    this.show(view)
  }

  /** Cards that come after this are new ones: those before hold what is dropped here, and the client that was. */
  #empty(left?: Leaving): void {
    for (const card of this.cards) card.#empty(left)
    if (left) {
      this.#stay.abort(left)
      this.#stay = new AbortController()
    }
    this.cards = new Set()
    this.close()
    this.asked = {}
    this.extra = {}
    this.accounts = []
    this.attempt = this.latest = this.standing = this.connectionId = this.revocation = undefined
  }

  /** Lets go of what an element holds that is in no page. */
  release(): void {
    if (this.host.isConnected) return
    // Another element may be what the framework puts in its place.
    if (this.running()) return this.attempt?.release()
    // A card in here speaks through this client until its attempt is over, and comes back here then.
    for (const card of this.cards) if (card.running()) return
    // Whoever waits is to be told when the person leaves, and comes back here then.
    if (this.waiting.size) return
    this.asked = {}
    this.close()
    // Of a person who leaves from now on nobody tells it; one of several cards is dropped by who shows it.
    if (!this.owner) this.key = ''
    this.owner?.cards.delete(this)
    this.owner?.release()
  }

  show(view: View): void {
    const { name } = this.view
    this.view = view
    this.host.requestUpdate()
    if (view.name !== name) this.fire('status-change', { status: view.name })
  }

  async #act(act: (acts: Acts) => unknown): Promise<void> {
    await loadActs().then(act, ignore)
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
