/** Writes a request the way a service wants it: parameter names, where they travel, and in which form. */

import type { EgressRequest } from '../egress/egress.ts'
import { type Values, fillUrl } from '../template.ts'

/** Parameters in order; a name may stand more than once (RFC 8707 §2). */
export type Parameters = readonly (readonly [name: string, value: string])[]

export interface ParameterRules {
  readonly rename?: Readonly<Record<string, string>> | undefined
  readonly omit?: readonly string[] | undefined
}

/** Gives standard parameters the names that the service knows, and leaves out what it must not get. */
export function nameParameters(parameters: Parameters, { rename = {}, omit = [] }: ParameterRules): Parameters {
  return parameters
    .filter(([name]) => !omit.includes(name))
    .map(([name, value]) => [Object.hasOwn(rename, name) ? (rename[name] ?? name) : name, value])
}

/** The APIs that a token is for (RFC 8707 §2), for one connection. */
export function resourcesOf(templates: readonly string[] | undefined, values: Values): Parameters {
  return (templates ?? []).map((template) => ['resource', fillUrl(template, values)] as const)
}

export interface ServiceCall {
  readonly url: string
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly body: 'form' | 'json' | 'query' | 'none'
  readonly parameters: Parameters
  readonly headers: Headers
}

/** The request as it goes out. */
export function serviceRequest({ url, method, body, parameters, headers }: ServiceCall): EgressRequest {
  const sent = Object.fromEntries(headers)
  if (body === 'none') return { url, method, headers: sent }
  if (body === 'query' || method === 'GET') {
    const target = new URL(url)
    for (const [name, value] of parameters) target.searchParams.append(name, value)
    return { url: target.href, method, headers: sent }
  }
  if (body === 'json') {
    const text = JSON.stringify(grouped(parameters))
    return { url, method, headers: { ...sent, 'content-type': 'application/json' }, body: text }
  }
  const text = form(parameters)
  return { url, method, headers: { ...sent, 'content-type': 'application/x-www-form-urlencoded' }, body: text }
}

/** A name that stands more than once becomes a list. */
function grouped(parameters: Parameters): Record<string, string | readonly string[]> {
  const names = new Set(parameters.map(([name]) => name))
  return Object.fromEntries(
    [...names].map((name) => {
      const values = parameters.filter(([other]) => other === name).map(([, value]) => value)
      return [name, values.length === 1 ? (values[0] ?? '') : values]
    }),
  )
}

function form(parameters: Parameters): string {
  const fields = new URLSearchParams()
  for (const [name, value] of parameters) fields.append(name, value)
  return fields.toString()
}
