/** Fills `{name}` in a record's templates with what was typed, captured or granted. */

import { InvalidRequestError } from '../protocol/errors.ts'

export type Values = Readonly<Record<string, string>>

const placeholder = /\{([a-z][A-Za-z0-9]*)\}/g

/** The names that stand in a template. */
export function placeholdersIn(template: string): readonly string[] {
  return [...template.matchAll(placeholder)].map(([, name = '']) => name)
}

/** A URL's template in two: what decides where a request goes, and the rest. */
export function splitUrl(template: string): { readonly scheme: string; readonly host: string; readonly rest: string } {
  const [, scheme = '', host = '', rest = ''] = /^([a-z]+:\/\/)([^/?#]*)(.*)$/s.exec(template) ?? []
  return { scheme, host, rest }
}

/**
 * Fills a URL: a value in the host may only be a host's own characters, a value behind it is percent-encoded, so that no
 * value moves a request to another host or path (attacks 24, 43).
 *
 * @throws {InvalidRequestError} `invalid_input`
 */
export function fillUrl(template: string, values: Values): string {
  if (!template.includes('{')) return template
  const { scheme, host, rest } = splitUrl(template)
  const filledHost = replace(host, values, (value, name) => {
    if (/^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:\d{1,5})?$/.test(value)) return value
    throw new InvalidRequestError('invalid_input', `${name}: is not part of a host name.`)
  })
  const filledRest = replace(rest, values, (value, name) => {
    // A dot segment is resolved away by every URL parser, percent-encoded or not.
    if (/^\.{1,2}$/.test(value)) throw new InvalidRequestError('invalid_input', `${name}: is not part of a path.`)
    return encodeURIComponent(value)
  })
  const filled = `${scheme}${filledHost}${filledRest}`
  if (URL.canParse(filled)) return filled
  throw new InvalidRequestError('invalid_input', `The address that was typed is not a URL.`)
}

/**
 * Fills a header's or parameter's value.
 *
 * @throws {InvalidRequestError} `invalid_input` where a value is missing.
 */
export function fillText(template: string, values: Values): string {
  return replace(template, values, (value) => value)
}

/** Fills every value of a map of parameters. */
export function fillAll(templates: Values | undefined, values: Values): Record<string, string> {
  return Object.fromEntries(
    Object.entries(templates ?? {}).map(([name, template]) => [name, fillText(template, values)]),
  )
}

/**
 * Fills every value of a map of headers.
 *
 * @throws {InvalidRequestError} `invalid_input` where a value is missing or cannot stand in a header.
 */
export function fillHeaders(templates: Values | undefined, values: Values): Record<string, string> {
  const filled = fillAll(templates, values)
  for (const [name, value] of Object.entries(filled)) {
    if (!/^[\x20-\x7e]*$/.test(value))
      throw new InvalidRequestError('invalid_input', `${name}: has a character that no header can carry.`)
  }
  return filled
}

function replace(template: string, values: Values, write: (value: string, name: string) => string): string {
  return template.replace(placeholder, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    if (value === undefined) throw new InvalidRequestError('invalid_input', `${name}: is missing.`)
    return write(value, name)
  })
}
