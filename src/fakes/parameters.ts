/** Reads a request's parameters as a record says that they travel, and says what is wrong with them. */

import type { FakeRequest } from './http.ts'
import type { Target } from './template.ts'

/** What a parameter must be. */
export type Expected =
  /** Anything but empty. */
  | { readonly any: true }
  | { readonly is: string }
  /** Stands once for each of these (RFC 8707 §2). */
  | { readonly each: readonly string[] }

/** Parameters by their standard names; a value for each time that one stands. */
export type Parameters = ReadonlyMap<string, readonly string[]>

export interface NameRules {
  readonly rename?: Readonly<Record<string, string>> | undefined
  readonly omit?: readonly string[] | undefined
}

export interface Shape {
  readonly method: string
  readonly body: 'form' | 'json' | 'query' | 'none'
  readonly target: Target
}

export interface Read {
  readonly pairs: readonly (readonly [name: string, value: string])[]
  readonly problems: readonly string[]
}

/** Takes the parameters from where they must be; problems where the request has another form. */
export function readPairs(request: FakeRequest, { method, body, target }: Shape): Read {
  const problems: string[] = []
  if (request.method !== method) problems.push(`the method is ${method}, not ${request.method}`)
  const own = new Map(Object.entries(target.query))
  const query = [...new URLSearchParams(request.rawQuery)]
  for (const [name, value] of own)
    if (!query.some(([one, text]) => one === name && text === value)) problems.push(`the query must have ${name}`)
  const more = query.filter(([name]) => !own.has(name))
  if (body === 'query') {
    if (request.body !== '') problems.push('parameters travel in the query; the body must be empty')
    return { pairs: more, problems }
  }
  for (const [name] of more) problems.push(`${name} must not stand in the query`)
  const inBody = readBody(request, body)
  return { pairs: inBody.pairs, problems: [...problems, ...inBody.problems] }
}

function readBody(request: FakeRequest, body: 'form' | 'json' | 'none'): Read {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  switch (body) {
    case 'none':
      return { pairs: [], problems: request.body === '' ? [] : ['the body must be empty'] }
    case 'form':
      return type === 'application/x-www-form-urlencoded'
        ? { pairs: [...new URLSearchParams(request.body)], problems: [] }
        : { pairs: [], problems: ['the body is a form: application/x-www-form-urlencoded'] }
    case 'json':
      return type === 'application/json' ? readJson(request.body) : { pairs: [], problems: ['the body is JSON'] }
  }
}

function readJson(text: string): Read {
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { pairs: [], problems: ['the body is one JSON object'] }
  const pairs: (readonly [string, string])[] = []
  const problems: string[] = []
  for (const [name, field] of Object.entries(value)) {
    for (const one of Array.isArray(field) ? field : [field]) {
      if (typeof one === 'string') pairs.push([name, one])
      else problems.push(`${name} is a string`)
    }
  }
  return { pairs, problems }
}

/** A JSON value; undefined for what is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Gives the parameters their standard names; problems where a name is the standard one instead of the service's own. */
export function standardNames(
  pairs: Read['pairs'],
  { rename = {} }: NameRules,
): { readonly parameters: Parameters; readonly problems: readonly string[] } {
  const standard = new Map(Object.entries(rename).map(([name, own]) => [own, name]))
  const parameters = new Map<string, string[]>()
  const problems: string[] = []
  for (const [name, value] of pairs) {
    const own = rename[name]
    if (own !== undefined && own !== name && !standard.has(name)) problems.push(`${name} is called ${own} here`)
    const key = standard.get(name) ?? name
    parameters.set(key, [...(parameters.get(key) ?? []), value])
  }
  return { parameters, problems }
}

export interface Wanted extends NameRules {
  readonly expected: Readonly<Record<string, Expected>>
  /** What may be there as well. */
  readonly allowed?: readonly string[]
}

/** Says which parameters are missing, surplus, doubled or wrong; never what they were. */
export function compare(parameters: Parameters, { expected, allowed = [], omit = [] }: Wanted): readonly string[] {
  const problems = omit.filter((name) => parameters.has(name)).map((name) => `${name} must not be sent`)
  for (const [name, rule] of Object.entries(expected)) {
    if (omit.includes(name)) continue
    const problem = check(parameters.get(name) ?? [], rule)
    if (problem) problems.push(`${name} ${problem}`)
  }
  for (const name of parameters.keys())
    if (!Object.hasOwn(expected, name) && !allowed.includes(name) && !omit.includes(name))
      problems.push(`${name} is not a parameter here`)
  return problems
}

function check(values: readonly string[], rule: Expected): string | undefined {
  if ('each' in rule) {
    const same = values.length === rule.each.length && rule.each.every((one) => values.includes(one))
    return same ? undefined : `must be ${rule.each.join(' and ')}`
  }
  // An empty value and none are the same where nothing is to be said.
  if ('is' in rule && rule.is === '' && values.length === 0) return undefined
  const [value, ...more] = values
  if (value === undefined) return 'is missing'
  if (more.length > 0) return 'stands twice'
  if ('is' in rule) return value === rule.is ? undefined : 'has a wrong value'
  return value === '' ? 'is empty' : undefined
}

/** One parameter; '' where it is absent. */
export function one(parameters: Parameters, name: string): string {
  return parameters.get(name)?.[0] ?? ''
}

/** Says which headers are missing or wrong; an empty value and none are the same. */
export function headerProblems(request: FakeRequest, wanted: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(wanted)
    .filter(([name, value]) => (request.headers[name.toLowerCase()] ?? '') !== value)
    .map(([name]) => `the header ${name} is missing or wrong`)
}
