/** The backend's options: checked once, at start, with every fault listed. */

import { type ConnectorRecord } from '../protocol/connector.ts'
import { InvalidRequestError } from '../protocol/errors.ts'
import { lintConnector } from './catalogue/lint/lint.ts'
import type { CompatSystem } from './compat/routes.ts'
import { clientFaults } from './connectors/client-faults.ts'
import type { CustomScheme } from './custom.ts'
import { guardedLogger } from './guarded-logger.ts'
import { type Logger, silentLogger } from './logger.ts'
import type { Client } from './oauth/client-authentication.ts'
import { type OperationsOptions, type OperationsSettings, readOperations } from './operations-options.ts'
import { Secret } from './secret.ts'
import { type KeyRing, readKeyRing } from './sealing/key-ring.ts'
import type { Store } from './stores/store.ts'

/** The host's own registration at an authorization server. */
export interface ClientRegistration {
  readonly clientId: string
  /** Absent for a public client, and for `private_key_jwt`. */
  readonly clientSecret?: string
  /** While the secret is being replaced: tried where the authorization server does not take `clientSecret`. */
  readonly previousClientSecret?: string
  /** A private JWK (with `alg`, and `kid` where the authorization server knows several keys), for `private_key_jwt`. */
  readonly privateKey?: Readonly<Record<string, unknown>>
}

/** Limits in seconds; only tests have a reason to change them. */
export interface Limits {
  /** One call to an authorization server. */
  readonly tokenEndpointSeconds: number
  /** How long one refresh owns its connection; more than a call's limit. */
  readonly leaseSeconds: number
  /** How long after a lost lease another attempt waits. */
  readonly graceSeconds: number
  /** How long a person may take. */
  readonly authSessionSeconds: number
  /** How long a proxied call may be without a byte. */
  readonly proxyIdleSeconds: number
}

export interface BackendOptions extends OperationsOptions {
  /** The URL under which browsers reach this backend, with its path where it is mounted: `https://app.example/connector-auth`. */
  readonly publicUrl: string
  readonly store: Store
  /** `id:base64url(32 bytes)`; the first seals, all open. Only dev mode may leave it out. */
  readonly sealingKeys?: readonly string[]
  /** Connector records: from the catalogue, or the host's own. */
  readonly connectors: readonly ConnectorRecord[]
  /** Client registrations by connector id. */
  readonly clients: Readonly<Record<string, ClientRegistration>>
  /** API keys (`cak_…`) of the host's own servers. */
  readonly apiKeys?: readonly string[]
  /** Exact origins of pages that may call; the public URL's own where absent. */
  readonly allowedOrigins?: readonly string[]
  /** Callback pages by app origin: `https://app/connector-auth/callback/{connector}.html`. */
  readonly callbacks?: Readonly<Record<string, string>>
  /** The only URLs that a host callback may return to, each exactly as registered. */
  readonly returnUrls?: readonly string[]
  /** Connectors whose device authorization is on (RFC 8628). */
  readonly deviceConnectors?: readonly string[]
  /** Token requests to one authorization server at the same time, in this process; 20 where absent. */
  readonly tokenRequestsAtOnce?: number
  /** Whether refresh tokens that nobody uses are used now and then, so that they do not age out; true where absent. */
  readonly keepAlive?: boolean
  /** Reference systems whose clients are answered too, on their own routes; none where absent. */
  readonly compat?: { readonly fastn?: boolean; readonly fiberwise?: boolean }
  /** Functions of connectors of method `custom`, by connector id. */
  readonly custom?: Readonly<Record<string, CustomScheme>>
  /** Before a bridge goes on to the authorization server, a page names who connects what. */
  readonly confirmBridge?: boolean
  /** Whether tenants choose allowed origins themselves: then the bridge always asks. */
  readonly tenantOrigins?: boolean
  /** The host application's name, for the pages that people see. */
  readonly appName?: string
  /** The isolation boundary of this host application. */
  readonly space?: string
  /** Origins that egress may call though they are plain http or not public. */
  readonly egress?: { readonly allow?: readonly string[] }
  readonly logger?: Logger
  /** Allows plain http on loopback and a store without a sealing key. Never on a public URL. */
  readonly dev?: boolean
  readonly limits?: Partial<Limits>
  /** Milliseconds since 1970; this machine's clock, set by the store's, where absent. */
  readonly now?: () => number
}

/** Options as the rest of the backend uses them. */
export interface Settings extends OperationsSettings {
  readonly publicUrl: URL
  /** The public URL's path without a slash at its end. */
  readonly basePath: string
  readonly space: string
  readonly ring: KeyRing | undefined
  readonly connectors: ReadonlyMap<string, ConnectorRecord>
  readonly clients: ReadonlyMap<string, Client>
  readonly apiKeys: readonly Secret[]
  readonly allowedOrigins: ReadonlySet<string>
  readonly callbacks: ReadonlyMap<string, string>
  readonly returnUrls: ReadonlySet<string>
  readonly deviceConnectors: ReadonlySet<string>
  readonly tokenRequestsAtOnce: number
  readonly keepAlive: boolean
  readonly compat: ReadonlySet<CompatSystem>
  readonly custom: ReadonlyMap<string, CustomScheme>
  readonly confirmBridge: boolean
  readonly appName: string
  readonly allowedEgress: readonly string[]
  readonly logger: Logger
  readonly limits: Limits
  readonly now: () => number
}

export const defaultLimits: Limits = {
  tokenEndpointSeconds: 15,
  leaseSeconds: 20,
  graceSeconds: 60,
  authSessionSeconds: 600,
  proxyIdleSeconds: 60,
}

/**
 * Checks the options.
 *
 * @throws {InvalidRequestError} `invalid_configuration` with every fault, one a line.
 */
export function readOptions(options: BackendOptions): Settings {
  const { settings, faults } = checkOptions(options)
  if (faults.length > 0)
    throw new InvalidRequestError(
      'invalid_configuration',
      `The backend's options have faults:\n- ${faults.join('\n- ')}`,
    )
  return settings
}

/** Every fault of the options, without a backend: for whoever reads them from a file and has faults of their own to list. */
export function optionFaults(options: Omit<BackendOptions, 'store'>): readonly string[] {
  return checkOptions(options).faults
}

function checkOptions(options: Omit<BackendOptions, 'store'>) {
  const faults: string[] = []
  const dev = options.dev === true
  const publicUrl = readPublicUrl(options.publicUrl, dev, faults)
  const ring = readRing(options.sealingKeys, dev, faults)
  const limits = { ...defaultLimits, ...options.limits }
  for (const [name, seconds] of Object.entries(limits))
    if (!(Number.isFinite(seconds) && seconds > 0)) faults.push(`limits.${name}: must be a number of seconds above 0`)
  if (limits.leaseSeconds <= limits.tokenEndpointSeconds)
    faults.push('limits: leaseSeconds must exceed tokenEndpointSeconds')
  const origins = options.allowedOrigins ?? [publicUrl.origin]
  const egress = options.egress?.allow ?? []
  const settings: Settings = {
    publicUrl,
    basePath: publicUrl.pathname.replace(/\/+$/, ''),
    space: readSpace(options.space ?? 'default', faults),
    ring,
    connectors: readConnectors(options.connectors, faults),
    clients: readClients(options, faults),
    apiKeys: readApiKeys(options.apiKeys ?? [], faults),
    allowedOrigins: new Set(origins.map((origin) => readOrigin(origin, 'allowedOrigins', faults))),
    ...readRoads(options, publicUrl, faults),
    ...readRefreshing(options, faults),
    compat: new Set((['fastn', 'fiberwise'] as const).filter((system) => options.compat?.[system] === true)),
    custom: readCustom(options, faults),
    allowedEgress: egress.map((origin) => readOrigin(origin, 'egress.allow', faults)),
    ...readOperations(options, { origins, egress }, faults),
    logger: guardedLogger(options.logger ?? silentLogger),
    limits,
    now: options.now ?? Date.now,
  }
  return { settings, faults }
}

/** How tokens are renewed. */
function readRefreshing({ tokenRequestsAtOnce = 20, keepAlive = true }: Partial<BackendOptions>, faults: string[]) {
  if (!Number.isInteger(tokenRequestsAtOnce) || tokenRequestsAtOnce < 1)
    faults.push('tokenRequestsAtOnce: must be a whole number of 1 or more')
  return { tokenRequestsAtOnce, keepAlive }
}

/** Where attempts may come back, and what people read on the way. */
function readRoads(options: Omit<BackendOptions, 'store'>, publicUrl: URL, faults: string[]) {
  const dev = options.dev === true
  return {
    callbacks: readCallbacks(options.callbacks ?? {}, dev, faults),
    returnUrls: readReturnUrls(options.returnUrls ?? [], dev, faults),
    deviceConnectors: new Set(options.deviceConnectors),
    confirmBridge: options.confirmBridge === true || options.tenantOrigins === true,
    appName: options.appName ?? publicUrl.host,
  }
}

/** Tells whether a host is this machine (RFC 6761 §6.3, RFC 8252 §7.3). */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]'
}

function readPublicUrl(text: string, dev: boolean, faults: string[]): URL {
  if (!URL.canParse(text)) {
    faults.push('publicUrl: is not a URL')
    return new URL('https://invalid.invalid')
  }
  const url = new URL(text)
  const loopback = isLoopback(url.hostname)
  if (url.search || url.hash || url.username) faults.push('publicUrl: must have no query, fragment or user')
  if (url.protocol !== 'https:' && !(dev && loopback))
    faults.push('publicUrl: must be https (http on loopback with dev: true)')
  if (dev && !loopback) faults.push('dev: only for a publicUrl on loopback')
  return url
}

function readRing(entries: readonly string[] | undefined, dev: boolean, faults: string[]): KeyRing | undefined {
  if (!entries?.length) {
    if (!dev) faults.push('sealingKeys: there is none; run connector-auth init and set CONNECTOR_AUTH_SEALING_KEYS')
    return undefined
  }
  try {
    return readKeyRing(entries)
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error))
    return undefined
  }
}

function readApiKeys(keys: readonly string[], faults: string[]): readonly Secret[] {
  return keys.map((key, index) => {
    if (!/^cak_[0-9a-f]{64}$/.test(key))
      faults.push(`apiKeys[${index}]: is not cak_ and 64 hex digits; run connector-auth init`)
    return new Secret(key)
  })
}

function readSpace(space: string, faults: string[]): string {
  if (!/^[a-z0-9][a-z0-9_-]{0,63}$/.test(space)) faults.push('space: must be lower-case letters, digits, - and _')
  return space
}

function readConnectors(records: readonly ConnectorRecord[], faults: string[]): ReadonlyMap<string, ConnectorRecord> {
  const connectors = new Map<string, ConnectorRecord>()
  for (const [index, candidate] of records.entries()) {
    const { record, findings } = lintConnector(candidate)
    for (const { level, field, mend } of findings)
      if (level === 'fault') faults.push(`connectors[${index}].${field}: ${mend}`)
    if (!record) continue
    if (connectors.has(record.id)) faults.push(`connectors[${index}].id: ${record.id} stands twice`)
    connectors.set(record.id, record)
  }
  return connectors
}

function readClients(options: Pick<BackendOptions, 'clients' | 'connectors'>, faults: string[]): Settings['clients'] {
  const clients = new Map<string, Client>()
  for (const [id, client] of Object.entries(options.clients)) {
    const { clientId, clientSecret, previousClientSecret, privateKey } = client
    const record = options.connectors.find((connector) => connector.id === id)
    if (!record) faults.push(`clients.${id}: there is no such connector`)
    else faults.push(...clientFaults(record, client).map((fault) => `clients.${id}.${fault}`))
    clients.set(id, {
      clientId,
      clientSecret: clientSecret ? new Secret(clientSecret) : undefined,
      previousSecret: previousClientSecret ? new Secret(previousClientSecret) : undefined,
      privateKey: privateKey ? new Secret(JSON.stringify(privateKey)) : undefined,
    })
  }
  return clients
}

function readCustom(
  { custom = {}, connectors }: Pick<BackendOptions, 'custom' | 'connectors'>,
  faults: string[],
): Settings['custom'] {
  for (const { id, method } of connectors)
    if (method === 'custom' && !Object.hasOwn(custom, id))
      faults.push(`custom.${id}: is missing; the connector's method is custom`)
  return new Map(Object.entries(custom))
}

function readReturnUrls(urls: readonly string[], dev: boolean, faults: string[]): ReadonlySet<string> {
  for (const url of urls) {
    if (!URL.canParse(url) || !isPlain(new URL(url), url, dev))
      faults.push(`returnUrls: ${JSON.stringify(url)} is not an https URL as a browser writes it, without a fragment`)
  }
  return new Set(urls)
}

function isPlain(url: URL, written: string, dev: boolean): boolean {
  const secure = url.protocol === 'https:' || (dev && isLoopback(url.hostname))
  return secure && url.hash === '' && url.username === '' && url.href === written
}

function readOrigin(text: string, field: string, faults: string[]): string {
  if (!URL.canParse(text) || new URL(text).origin !== text)
    faults.push(`${field}: ${JSON.stringify(text)} is not an origin such as https://app.example`)
  return text
}

function readCallbacks(
  callbacks: Readonly<Record<string, string>>,
  dev: boolean,
  faults: string[],
): ReadonlyMap<string, string> {
  for (const [origin, template] of Object.entries(callbacks)) {
    readOrigin(origin, 'callbacks', faults)
    faults.push(...callbackFaults(origin, template, dev).map((fault) => `callbacks[${origin}]: ${fault}`))
  }
  return new Map(Object.entries(callbacks))
}

function callbackFaults(origin: string, template: string, dev: boolean): string[] {
  if (!URL.canParse(template)) return ['the page must be a URL']
  const url = new URL(template)
  const secure = url.protocol === 'https:' || (dev && isLoopback(url.hostname))
  return [
    ...(url.origin === origin ? [] : ['the page must be on this origin']),
    ...(url.pathname.includes('%7Bconnector%7D') ? [] : ['the path must contain {connector}']),
    ...(url.search === '' && url.hash === '' ? [] : ['must have no query or fragment']),
    ...(secure ? [] : ['must be https']),
  ]
}
