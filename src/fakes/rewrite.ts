/** Points a record at a fake: the same record, with every address on loopback. */

import { type ConnectorRecord, recordSchema } from '../protocol/connector.ts'
import { parse } from '../protocol/parse.ts'
import { anything, record as mapOf } from '../protocol/schema.ts'
import { injectOf } from './description.ts'

/** One origin of the service, and the fake's origin that stands for it. */
export interface Origin {
  /** As the record writes it: `https://{subdomain}.example.com`. */
  readonly template: string
  /** The fake's own: each origin of the service has a port. */
  readonly origin: string
  /** `{subdomain}.example.com` where the host has values in it, which then travel as `/h/<host>` before every path. */
  readonly host: string | undefined
}

const urlFields = [
  'issuer',
  'authorize.url',
  'token.url',
  'refresh.url',
  'revoke.url',
  'identity.url',
  'par.url',
  'device.url',
  'verify.url',
  'capture.*.url',
]
const originFields = ['apiOrigins.*', 'proxy.*.origin']

/** The header that carries a templated origin's host to the API, where a path cannot. */
export const hostHeader = (alias: string): string => `x-fake-host-${alias.toLowerCase()}`

/** Lists the origins that a record's addresses have, as the record writes them. */
export function originsOf(record: ConnectorRecord): readonly string[] {
  const found = new Set<string>()
  walk(record, [...urlFields, ...originFields], (text) => {
    found.add(split(text).template)
    return text
  })
  return [...found]
}

/** Tells whether a host has values in it. */
export function hostOf(template: string): string | undefined {
  const host = template.replace(/^https?:\/\//, '')
  return host.includes('{') ? host : undefined
}

/**
 * Gives the record with every address on the fake's origins; path, query and placeholders stay.
 *
 * `https://{subdomain}.example.com/oauth` becomes `http://127.0.0.1:<port>/h/{subdomain}.example.com/oauth`. An origin
 * of the API cannot have a path: its host is told in a header of its own, `x-fake-host-<alias>`, which is added to
 * `inject`, where values are filled in as well. What is not fetched (resource, audience, sources) stays.
 */
export function rewrite(record: ConnectorRecord, origins: readonly Origin[]): ConnectorRecord {
  const known = new Map(origins.map((one) => [one.template, one]))
  const addressed = walk(record, urlFields, (url) => {
    const { template, rest } = split(url)
    const one = known.get(template)
    return one ? `${one.origin}${one.host ? `/h/${one.host}` : ''}${rest}` : url
  })
  const moved = walk(addressed, originFields, (origin) => known.get(origin)?.origin ?? origin)
  const inject = injected(record, known)
  const fields = { ...parse(mapOf(anything), moved), ...(inject ? { inject } : {}) }
  return parse(recordSchema(record.method), fields)
}

function injected(record: ConnectorRecord, known: ReadonlyMap<string, Origin>): ConnectorRecord['inject'] | undefined {
  const hosts = Object.entries(record.proxy ?? {}).flatMap(([alias, { origin }]) => {
    const host = known.get(origin)?.host
    return host ? [[hostHeader(alias), host] as const] : []
  })
  if (hosts.length === 0) return undefined
  const own = injectOf(record)
  return { headers: { ...own.headers, ...Object.fromEntries(hosts) }, query: own.query }
}

function split(url: string): { readonly template: string; readonly rest: string } {
  const [, template = url, rest = ''] = /^(https?:\/\/[^/?#]*)(.*)$/s.exec(url) ?? []
  return { template, rest }
}

/** Copies a JSON value and changes the texts at these paths; `*` is any name. */
function walk(value: unknown, paths: readonly string[], change: (text: string) => string, at = ''): unknown {
  if (typeof value === 'string') return paths.some((path) => fits(path, at)) ? change(value) : value
  if (Array.isArray(value)) return value.map((item, index) => walk(item, paths, change, join(at, String(index))))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, walk(field, paths, change, join(at, name))]),
  )
}

const join = (at: string, name: string) => (at ? `${at}.${name}` : name)

function fits(path: string, at: string): boolean {
  const wanted = path.split('.')
  const names = at.split('.')
  return wanted.length === names.length && wanted.every((name, index) => name === '*' || name === names[index])
}
