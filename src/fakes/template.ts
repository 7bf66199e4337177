/** Fills `{name}` in a record's templates with the values that a fake expects. */

/** Values by placeholder. */
export type Known = Readonly<Record<string, string>>

/** Fills a text; a name that nobody knows stays as it stands, so that the difference shows. */
export function fill(template: string, known: Known): string {
  return template.replace(/\{([a-z][A-Za-z0-9]*)\}/g, (whole, name: string) =>
    Object.hasOwn(known, name) ? (known[name] ?? '') : whole,
  )
}

/** Fills every value of a map. */
export function fillAll(templates: Known | undefined, known: Known): Record<string, string> {
  return Object.fromEntries(Object.entries(templates ?? {}).map(([name, text]) => [name, fill(text, known)]))
}

/** Fills a URL's template: values are percent-encoded. */
export function fillUrl(template: string, known: Known): string {
  const encoded = Object.entries(known).map(([name, value]) => [name, encodeURIComponent(value)])
  return fill(template, Object.fromEntries(encoded))
}

/** A URL's address and its own query parameters, filled. */
export interface Target {
  readonly origin: string
  /** Percent-decoded, so that it does not matter which characters were encoded. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
}

/** Fills a URL's template for a comparison. */
export function target(template: string, known: Known): Target {
  const url = new URL(fillUrl(template, known))
  return { origin: url.origin, path: decoded(url.pathname), query: Object.fromEntries(url.searchParams) }
}

/** Percent-decodes a path; what is not well-formed stays as it is. */
export function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** What stands at a placeholder of a template, where the rest of a text is as the template says. */
export function placed(template: string, known: Known, name: string, text: string): string | undefined {
  const [before = '', after = ''] = template.split(`{${name}}`).map((part) => fill(part, known))
  const fits = text.startsWith(before) && text.endsWith(after) && text.length > before.length + after.length
  return fits ? text.slice(before.length, text.length - after.length) : undefined
}
