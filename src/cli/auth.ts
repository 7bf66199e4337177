/** `auth`: a person authorizes at this machine, and this process finishes what it began. */

import { createAgent } from '../agent/index.ts'
import type { AuthSession, Completed } from '../agent/index.ts'
import { enterCredentials } from '../api/index.ts'
import { InvalidRequestError } from '../protocol/errors.ts'
import { type Format, type Print, plain } from './output.ts'
import { withProgress } from './progress.ts'
import { type OwnerOptions, type RemoteOptions, ownerOf, remoteOf } from './remote.ts'
import { readSecret } from './secret-source.ts'

export interface AuthOptions extends RemoteOptions, OwnerOptions {
  readonly format: Format
  /** The person enters a code at the service (RFC 8628), also on another machine. */
  readonly device?: boolean
  /** The port of the redirect URI on 127.0.0.1; any free one where absent. */
  readonly port?: number
  /** False: the URL is only printed. */
  readonly browser: boolean
  readonly scopes?: readonly string[]
  readonly connection?: string
  readonly new?: boolean
  readonly force?: boolean
  readonly input?: readonly string[]
  readonly value?: readonly string[]
  readonly timeout: number
}

/**
 * Connects an account: on loopback (RFC 8252), by a device's code, or with what was typed.
 *
 * @throws {AuthenticationError} the reason of an attempt that failed · {@link TimeoutError} `timeout`
 */
export async function authorize(connectorId: string, options: AuthOptions, print: Print): Promise<void> {
  const { baseUrl, apiKey, call } = await remoteOf(options)
  const owner = ownerOf(options)
  if (options.value !== undefined) {
    const values = await valuesOf(options.value)
    const { connectionId, account } = await enterCredentials(call, connectorId, {
      ...owner,
      values,
      connection: connectionOf(options),
    })
    return tell(connectorId, { connectionId, account, missingScopes: [] }, options.format, print)
  }
  const agent = createAgent({ baseUrl, apiKey, ...defined(owner) })
  const start = { ...startOf(options), inputs: pairsOf('--input', options.input ?? []) }
  if (options.device === true) {
    const session = await agent.initialize(connectorId, { ...start, road: 'device' })
    return tell(connectorId, await finish(session, options), options.format, print)
  }
  const { listenOnLoopback } = await import('../node/index.ts')
  const receiver = await listenOnLoopback(options.port === undefined ? {} : { port: options.port })
  try {
    const session = await agent.initialize(connectorId, { ...start, receiver })
    await tell(connectorId, await finish(session, options), options.format, print)
  } finally {
    await receiver.close()
  }
}

function startOf({ scopes, connection, new: another, force }: AuthOptions) {
  return defined({ scopes, connectionId: connection, newConnection: another, force })
}

function connectionOf({ connection, new: another }: AuthOptions) {
  if (another === true) return { new: true }
  return connection === undefined ? undefined : { id: connection }
}

/** Says where to go, goes there where it can, and waits. */
async function finish(session: AuthSession, { browser, timeout }: AuthOptions): Promise<Completed> {
  const { stderr } = process
  if (session.userCode !== undefined) stderr.write(`Enter ${plain(session.userCode)} at\n`)
  else stderr.write('Open this page in a browser on this machine:\n')
  stderr.write(`${plain(session.redirectUrl)}\n`)
  // A person sits there only where there is a terminal.
  if (browser && stderr.isTTY) await openPage(session.redirectUrl)
  const stop = new AbortController()
  const onInterrupt = () => stop.abort()
  process.once('SIGINT', onInterrupt)
  try {
    return await withProgress('Waiting for you', () =>
      session.waitForCompletion({ timeoutSeconds: timeout, signal: stop.signal }),
    )
  } finally {
    process.off('SIGINT', onInterrupt)
  }
}

/** A URL that a backend gave goes to a browser, never to another program. */
async function openPage(url: string): Promise<void> {
  if (!/^https?:\/\//.test(url)) return
  const { default: open } = await import('open')
  const child = await open(url).catch(() => undefined)
  // Where there is no browser, the URL has been printed.
  child?.on('error', () => {})
}

async function tell(
  connectorId: string,
  { connectionId, account, missingScopes }: Pick<Completed, 'connectionId' | 'account' | 'missingScopes'>,
  format: Format,
  print: Print,
): Promise<void> {
  if (format === 'json') return print(JSON.stringify({ connectorId, connectionId, account, missingScopes }, null, 2))
  print(`${connectorId} is connected${account ? ` as ${plain(account.name)}` : ''} (${connectionId}).`)
  if (missingScopes.length > 0) print(`Not granted: ${plain(missingScopes.join(' '))}`)
}

async function valuesOf(pairs: readonly string[]): Promise<Record<string, string>> {
  const entries = Object.entries(pairsOf('--value', pairs))
  const values: Record<string, string> = {}
  for (const [name, source] of entries) values[name] = await readSecret(`--value ${name}`, source)
  return values
}

function pairsOf(option: string, pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name, value] = /^([A-Za-z][A-Za-z0-9_]*)=(.*)$/s.exec(pair) ?? []
      if (name !== undefined && value !== undefined) return [name, value]
      throw new InvalidRequestError('invalid_request', `${option}: write name=value.`)
    }),
  )
}

type Defined<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> }

/** Leaves out what is undefined: an option that is there counts as said. */
function defined<T extends object>(fields: T): Partial<Defined<T>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<Defined<T>>
}
