/** The client of an element: made from its settings, or lent by the element that shows it as one card of several. */

import {
  type Attempt,
  type Client,
  type ClientEvent,
  type ConnectorFetchInit,
  type Credentials,
  InvalidRequestError,
  type Which,
  createClient,
} from '../client/index.ts'
import type { ReactiveControllerHost } from 'lit'
import { ConnectorAuthEvent } from './events.ts'
import type { ReadOptions } from './read-options.ts'
import type { View } from './view.ts'
import { type Configurable, type Target, readSettings } from './settings.ts'

/** An element as its controller sees it. */
export type Host = ReactiveControllerHost & HTMLElement & Configurable & { readonly headless: boolean }

/** Follows an element's settings with a client, and reads through it. */
export abstract class ElementClient<Owner extends ElementClient<Owner>> {
  readonly host: Host
  /** What the settings say is to be connected. */
  target: Target = { connectorId: '' }
  client: Client | undefined
  /** The connection that is meant where nobody names one. */
  connectionId: string | undefined
  /** Who shows this card as one of several: its client is used, and its count of events. */
  owner: Owner | undefined
  /** Nothing is asked for a person who signed out until somebody calls again. */
  signedOut = false
  /** The settings that everything belongs to; '' where it belongs to nobody any more. */
  key = ''
  /** Counts the events: of an element and the cards in it, together. */
  count = { events: 0 }

  constructor(host: Host) {
    this.host = host
  }

  async getCredentials(options?: ReadOptions): Promise<Credentials | null> {
    const reading = this.reading(options)
    return this.needOne(reading).getCredentials(this.target.connectorId, reading)
  }

  async getAccessToken(options?: ReadOptions): Promise<string> {
    const reading = this.reading(options)
    return this.needOne(reading).getAccessToken(this.target.connectorId, reading)
  }

  async connectorFetch(url: string | URL, init?: ConnectorFetchInit): Promise<Response> {
    const request = { ...this.which(), ...init }
    return this.needOne(request).connectorFetch(this.target.connectorId, url, request)
  }

  async signOut(): Promise<void> {
    const client = this.client ?? (this.signedOut ? undefined : this.configure())
    if (!client) return
    this.client = undefined
    this.leave()
    await client.signOut()
    client.close()
  }

  /** Other settings: what was shown belongs to those before. `fault` is the attribute to mend. */
  abstract renew(fault: string | undefined): void
  /** There is a client: what it knows is to be shown. */
  abstract introduce(client: Client): Promise<void>
  abstract hear(event: ClientEvent, client: Client): void
  /** The client, where one connection is meant.
   *
   * @throws {InvalidRequestError} `invalid_configuration` · `connection_ambiguous`
   */
  abstract needOne(which: Which): Client
  /** The person has signed out. */
  abstract leave(): void

  /** Follows the settings, and makes the client that fits them. */
  configure(): Client | undefined {
    const settings = readSettings(this.host)
    const { fault, target, options } = settings
    const key = JSON.stringify([settings, !!this.host.getAuthToken], withoutToken)
    const { client } = this
    if (key === this.key && client?.renew(options?.authToken) && this.view.name === 'failed')
      void this.introduce(client)
    this.signedOut = false
    if (key !== this.key) {
      this.key = key
      this.renew(fault)
    }
    if (target && !this.client) {
      this.target = target
      this.connectionId = target.connectionId
      this.client = this.owner ? this.owner.configure() : this.#create(options)
      if (this.client) void this.introduce(this.client)
    }
    return target && this.client
  }

  /** The client, where one connector is meant.
   *
   * @throws {InvalidRequestError} `invalid_configuration`
   */
  need(): Client {
    const client = this.configure()
    if (client && this.target.connectorId) return client
    const attribute = readSettings(this.host).fault ?? 'connector-id'
    throw new InvalidRequestError('invalid_configuration', `Set ${attribute} on <connector-auth>.`)
  }

  close(): void {
    if (!this.owner) this.client?.close()
    this.client = undefined
  }

  which(): { readonly connectionId?: string } {
    return this.connectionId ? { connectionId: this.connectionId } : {}
  }

  reading(options?: ReadOptions): ReadOptions {
    return { ...this.which(), ...(this.host.force && { forceRefresh: true }), ...options }
  }

  abstract view: View
  abstract attempt: Attempt | undefined
  abstract extra: { readonly new?: boolean }
  abstract running(): Attempt | undefined

  /** Tells what happened; never a credential. */
  fire(name: string, fields?: object, attempt = this.attempt): void {
    const { connectorId } = this.target
    // Of a connection that is to be added nothing is known; it is none of those that there are.
    const connectionId = this.extra.new && this.running() ? undefined : this.connectionId
    const told = { connectorId, connectionId, sessionId: attempt?.sessionId, ...fields }
    // A card that has left the page is heard all the same.
    if (this.owner && !this.host.isConnected) return this.owner.fire(name, told)
    const event = new ConnectorAuthEvent(name.replaceAll('_', '-'), { sequence: ++this.count.events, ...told })
    this.host.dispatchEvent(event)
  }

  #create(options: Parameters<typeof createClient>[0]): Client {
    // An earlier person's client may have something to say still; it is about nobody here.
    const client: Client = createClient({
      ...options,
      onEvent: (event) => client === this.client && this.hear(event, client),
    })
    return client
  }
}

/** A host's tokens may rotate: whether there is one matters, and not which. */
const withoutToken = (name: string, value: unknown) => name === 'authToken' || value
