/** A fake of the service that a connector record describes: any method, any quirk, real HTTP on loopback. */

import type { ConnectorRecord } from '../protocol/connector.ts'
import { accountAsTold } from './account.ts'
import { withoutFragment } from './authorize.ts'
import { callbackOf, decisionHeader } from './callback.ts'
import type { FakeClient } from './client.ts'
import { decideDevice } from './device.ts'
import type { Endpoint, Fake, FakeFault, ServiceOptions } from './fake.ts'
import type { Families } from './families.ts'
import type { FakeAccount } from './grants.ts'
import { type FakeAnswer, type FakeRequest, type Listener, type Serve, listen, send } from './http.ts'
import { makeFake, newNonce } from './make-fake.ts'
import { hostOf, originsOf, rewrite } from './rewrite.ts'
import { route } from './router.ts'
import { type Known, fillUrl } from './template.ts'

/** A request with what it was for. */
export type ServiceRequest = FakeRequest & { readonly endpoint: Endpoint }

interface Parts {
  readonly fake: Fake
  readonly values: Known
  readonly requests: readonly ServiceRequest[]
  readonly scripts: Map<Endpoint, FakeAnswer[]>
  readonly listeners: readonly Listener[]
}

/** A running fake; {@link startFakeService} starts one. */
export class FakeService {
  /** The record that was given, with every address on the fake. */
  readonly record: ConnectorRecord
  /** The fake's origins: what a backend's egress must allow. */
  readonly origins: readonly string[]
  readonly client: FakeClient
  /** Right inputs by name, without prefix and suffix. */
  readonly values: Known
  /** What a backend captures when all is right, by capture name. */
  readonly captured: Known
  /** Everything that was received, in order. */
  readonly requests: readonly ServiceRequest[]
  /** What a strict service would have refused; empty when every request was right. */
  readonly faults: readonly FakeFault[]
  /** What was granted. */
  readonly families: Families
  readonly #fake: Fake
  readonly #scripts: Parts['scripts']
  readonly #listeners: readonly Listener[]

  constructor({ fake, values, requests, scripts, listeners }: Parts) {
    this.record = fake.says.record
    this.origins = listeners.map(({ origin }) => origin)
    this.client = fake.client.client
    this.values = values
    this.captured = fake.captured.kept
    this.requests = requests
    this.faults = fake.faults
    this.families = fake.families
    this.#fake = fake
    this.#scripts = scripts
    this.#listeners = listeners
  }

  /** Whose account the next grant is for. */
  get account(): FakeAccount {
    return this.#fake.account
  }

  set account(account: FakeAccount) {
    this.#fake.account = account
  }

  /** Whose account it is, as the service tells; undefined where it does not. */
  get accountAsTold(): FakeAccount | undefined {
    return accountAsTold(this.#fake)
  }

  /** Lifetime of the next access token. */
  get expiresInSeconds(): number {
    return this.#fake.expiresInSeconds
  }

  set expiresInSeconds(seconds: number) {
    this.#fake.expiresInSeconds = seconds
  }

  /**
   * Visits an authorization URL as a consenting person.
   *
   * @returns The callback's URL; what a form would post there stands in its query.
   * @throws {Error} where the service refuses the request.
   */
  authorize(url: string): Promise<URL> {
    return this.#visit(url, {})
  }

  /** Visits an authorization URL as a person who says no. @returns the callback's URL. */
  deny(url: string): Promise<URL> {
    return this.#visit(url, { [decisionHeader]: 'deny' })
  }

  /** Consents for a device, as the person who typed its user code. */
  approveDevice(userCode: string): void {
    decideDevice(this.#fake, userCode, 'approved')
  }

  denyDevice(userCode: string): void {
    decideDevice(this.#fake, userCode, 'denied')
  }

  /** Queues answers for the token endpoint. */
  script(...answers: readonly FakeAnswer[]): void {
    this.scriptAt('token', ...answers)
  }

  /** Queues answers for another endpoint. */
  scriptAt(endpoint: Endpoint, ...answers: readonly FakeAnswer[]): void {
    this.#scripts.set(endpoint, [...(this.#scripts.get(endpoint) ?? []), ...answers])
  }

  /** Ends every access token: the API answers 401 until there is a new one. */
  expireAccessTokens(): void {
    this.#fake.families.expireAccessTokens()
  }

  /** Asks for another nonce in every proof from now on (RFC 9449 §8.2). */
  changeNonce(): void {
    this.#fake.nonce = newNonce()
  }

  /** A path that a proxied host allows, without its first slash; its end chooses the answer: `echo`, `fake/stream`, … */
  apiPath(alias: string, end: string): string {
    const prefix = fillUrl(this.record.proxy?.[alias]?.paths?.[0] ?? '/', this.#fake.known)
    return `${prefix.slice(1)}${prefix.endsWith('/') ? '' : '/'}${end}`
  }

  async close(): Promise<void> {
    await Promise.all(this.#listeners.map((listener) => listener.close()))
  }

  async #visit(url: string, headers: Readonly<Record<string, string>>): Promise<URL> {
    const first = await fetch(url, { redirect: 'manual', headers })
    const moved = first.status === 200 && new URL(url).hash !== ''
    const visited = moved ? await fetch(withoutFragment(new URL(url)), { redirect: 'manual', headers }) : first
    const page = await visited.text()
    const callback = callbackOf(visited.headers.get('location'), page)
    if (!callback) throw new Error(`The service refuses the authorization request: ${visited.status} ${page}`)
    return callback
  }
}

/**
 * Starts the fake of a record's service.
 *
 * Every origin of the service gets a port of its own. Values in a host travel as `/h/<host>` before the path; to the API,
 * whose origins have no path, in a header `x-fake-host-<alias>` that is added to the record's `inject`.
 *
 * @throws {Error} where no right value can be made for an input or a captured value: give it in `options`.
 */
export async function startFakeService(record: ConnectorRecord, options: ServiceOptions = {}): Promise<FakeService> {
  const requests: ServiceRequest[] = []
  const scripts: Parts['scripts'] = new Map()
  // A port must be known before the record can be pointed at it; nobody calls before that.
  let fake: Fake | undefined
  const listeners = await listenFor(originsOf(record), async (request, response) => {
    if (!fake) return void response.destroy()
    const { endpoint, answer } = route(fake, request)
    requests.push({ ...request, endpoint })
    await send(response, scripts.get(endpoint)?.shift(), answer)
  })
  const origins = listeners.map(({ origin, template }) => ({ origin, template, host: hostOf(template) }))
  try {
    const made = await makeFake(rewrite(record, origins), origins, options)
    fake = made.fake
    return new FakeService({ fake, values: made.values, requests, scripts, listeners })
  } catch (error) {
    await Promise.all(listeners.map((listener) => listener.close()))
    throw error
  }
}

function listenFor(
  templates: readonly string[],
  serve: Serve,
): Promise<readonly (Listener & { readonly template: string })[]> {
  const some = templates.length > 0 ? templates : ['https://none.invalid']
  return Promise.all(some.map(async (template) => ({ ...(await listen(serve)), template })))
}
