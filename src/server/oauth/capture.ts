/** Keeps the values that a service tells once and that later calls need: a region, a realm, an instance's host. */

import type { ConnectorRecord } from '../../protocol/connector.ts'
import { InvalidResponseError } from '../../protocol/errors.ts'
import type { EgressAnswer } from '../egress/egress.ts'
import { type Values, fillHeaders, fillUrl } from '../template.ts'
import { at, printable, readBody } from './token-response.ts'

/** Where a value may come from. */
export interface CaptureSources {
  /** The callback's parameters. */
  readonly callback?: URLSearchParams
  /** The token response's body. */
  readonly token?: object | undefined
  /** Makes one request after it, which proves the token. */
  readonly request?: (url: string, headers: Readonly<Record<string, string>>) => Promise<EgressAnswer>
}

type Rule = NonNullable<ConnectorRecord['capture']>[string]

/**
 * Reads what the record captures from the sources that are at hand.
 *
 * @param known - Inputs and what was captured before; a `request` may need it in its URL.
 * @returns The new values alone.
 * @throws {InvalidResponseError} `capture_failed` where a value that is not optional is absent or does not fit.
 */
export async function captureValues(
  { capture, name }: Pick<ConnectorRecord, 'capture' | 'name'>,
  sources: CaptureSources,
  known: Values,
): Promise<Values> {
  const found: Record<string, string> = {}
  for (const [key, rule] of Object.entries(capture ?? {})) {
    const value = await readValue(rule, sources, { ...known, ...found })
    if (value === undefined) continue
    const kept = fitting(rule, value)
    if (kept !== undefined) found[key] = kept
    else if (!rule.optional)
      throw new InvalidResponseError('capture_failed', `${name} did not tell its ${key}, or not as it must be.`)
  }
  return found
}

/** undefined: not this source's; '': the source has none. */
async function readValue(rule: Rule, sources: CaptureSources, values: Values): Promise<string | undefined> {
  switch (rule.from) {
    case 'callback':
      return sources.callback && (sources.callback.get(rule.path) ?? '')
    case 'token_response':
      return sources.token && printable(at(sources.token, rule.path))
    case 'request': {
      if (!sources.request || rule.url === undefined) return undefined
      const answer = await sources.request(fillUrl(rule.url, values), fillHeaders(rule.headers, values))
      return answer.status === 200 ? printable(at(readBody(answer), rule.path)) : ''
    }
  }
}

/** The value, or the first group of its pattern; undefined where it does not fit. */
function fitting({ pattern }: Rule, value: string): string | undefined {
  if (value === '' || value.length > 500) return undefined
  if (pattern === undefined) return value
  const match = new RegExp(`^(?:${pattern})$`, 'u').exec(value)
  return match ? (match[1] ?? match[0]) : undefined
}
