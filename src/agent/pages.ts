/** Reads a list that comes in pages, one request after another. */

/** Where a page says how the next one is had. */
export type NextPage =
  /** A path in the body whose value is the next page's URL; `@odata.nextLink` by default. */
  | { readonly link: readonly string[] }
  /** The `Link` header's `rel="next"` (RFC 8288). */
  | { readonly header: 'link' }
  /** A path in the body whose value is a cursor, and the query parameter that carries it. */
  | { readonly cursor: readonly string[]; readonly parameter: string }

export interface Page {
  readonly url: string
  readonly response: Response
  /** The parsed JSON; undefined where the answer is none. */
  readonly body: unknown
}

/** Pages at most, against a service that never ends. */
const mostPages = 10_000

/**
 * Gives page after page, and stops after the last, after an answer that is an error, and where a page would come again.
 *
 * @param send - Sends one GET; with `connectorFetch` behind it, a page elsewhere than at the connector's origins is refused.
 */
export async function* getPages(
  send: (url: string) => Promise<Response>,
  first: string | URL,
  next: NextPage = { link: ['@odata.nextLink'] },
): AsyncGenerator<Page, void, undefined> {
  const seen = new Set<string>()
  let url: string | undefined = String(first)
  while (url !== undefined && !seen.has(url) && seen.size < mostPages) {
    seen.add(url)
    const response = await send(url)
    const body = await readJson(response)
    yield { url, response, body }
    url = response.ok ? nextOf(url, response, body, next) : undefined
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return JSON.parse(await response.text())
  } catch {
    return undefined
  }
}

function nextOf(url: string, response: Response, body: unknown, next: NextPage): string | undefined {
  if ('header' in next) return resolved(linkIn(response.headers.get('link') ?? ''), url)
  if ('link' in next) return resolved(textAt(body, next.link), url)
  const cursor = textAt(body, next.cursor)
  if (!cursor) return undefined
  const [path = '', query = ''] = url.split('?')
  const search = new URLSearchParams(query)
  search.set(next.parameter, cursor)
  return `${path}?${search}`
}

/** A link may be relative to the page that has it. */
function resolved(link: string | undefined, page: string): string | undefined {
  if (!link) return undefined
  return URL.canParse(page) && URL.canParse(link, page) ? new URL(link, page).href : link
}

function linkIn(header: string): string | undefined {
  for (const [, target, parameters = ''] of header.matchAll(/<([^>]*)>([^<]*)/g))
    if (/;\s*rel\s*=\s*("[^"]*\bnext\b[^"]*"|next\b)/i.test(parameters)) return target
  return undefined
}

function textAt(body: unknown, path: readonly string[]): string | undefined {
  let value = body
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = new Map<string, unknown>(Object.entries(value)).get(name)
  }
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}
