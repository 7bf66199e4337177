/** What a connector's authorization server says of itself, and what of it a person or we would stumble over. */

import { parse } from '../../protocol/parse.ts'
import { anything, list, object, record, text } from '../../protocol/schema.ts'
import type { OAuthConnector } from '../../server/index.ts'
import { type Finding, fault, ok, warning } from './finding.ts'
import { type Seen, look } from './look.ts'

const metadata = object({ issuer: text() }, { scopes_supported: list(text(), { maxItems: 5_000 }) })

/** Looks at an authorization server: its issuer, its opener policy, and whether refresh tokens will come. */
export async function checkService(connector: OAuthConnector): Promise<readonly Finding[]> {
  const { issuer } = connector
  const page = authorizeUrl(connector)
  const [told, seen] = await Promise.all([
    issuer === null ? undefined : readMetadata(connector, issuer),
    page === undefined ? undefined : look(page),
  ])
  return [
    ...(issuer === null ? [] : [issuerFinding(connector, issuer, told)]),
    ...(page === undefined ? [] : [openerFinding(connector.id, page, seen)]),
    ...offlineFindings(connector, told?.scopes ?? []),
  ]
}

interface Told {
  readonly issuer: string | undefined
  readonly scopes: readonly string[]
}

/** OpenID Connect Discovery §4 and RFC 8414 §3.1: the record's own kind, else whichever is there. */
async function readMetadata({ discovery }: OAuthConnector, issuer: string): Promise<Told | undefined> {
  const url = new URL(issuer)
  const path = url.pathname.replace(/\/$/, '')
  const places = {
    openid: `${url.origin}${path}/.well-known/openid-configuration`,
    oauth: `${url.origin}/.well-known/oauth-authorization-server${path}`,
  }
  const kinds = discovery ? [discovery] : (['openid', 'oauth'] as const)
  const seen = await Promise.all(kinds.map((kind) => look(places[kind])))
  return seen.map((one) => (one?.status === 200 ? readTold(one.text) : undefined)).find((one) => one !== undefined)
}

function readTold(json: string): Told | undefined {
  try {
    const { issuer, scopes_supported: scopes = [] } = parse(metadata, parse(record(anything), JSON.parse(json)), 'drop')
    return { issuer, scopes }
  } catch {
    return undefined
  }
}

function issuerFinding({ id, discovery }: OAuthConnector, issuer: string, told: Told | undefined): Finding {
  const check = `${id}: issuer`
  if (told?.issuer === issuer) return ok(check, `${issuer} says so itself`)
  if (told)
    return fault(
      check,
      `${issuer} calls itself ${told.issuer}`,
      "Correct the record's issuer: answers are compared with it.",
    )
  const found = `${issuer} shows no metadata`
  if (discovery) return fault(check, found, "The record's discovery needs it. Check the address and the network.")
  return ok(check, `${found}, and the record needs none`)
}

/** Undefined where a person's input is part of it. */
function authorizeUrl({ authorize: { url } }: OAuthConnector): string | undefined {
  return url !== undefined && !url.includes('{') ? url : undefined
}

function openerFinding(id: string, page: string, seen: Seen | undefined): Finding {
  const check = `${id}: authorization endpoint`
  if (!seen) return fault(check, `${page} does not answer`, "Check the record's address and the network.")
  if (seen.status === 404) return fault(check, `${page} answers 404`, "Check the record's address.")
  const policy = seen.headers.get('cross-origin-opener-policy') ?? 'none'
  const note = policy.startsWith('same-origin')
    ? ': a window there looks closed to the page; the widget reckons with it'
    : ''
  return ok(check, `answers ${seen.status}; Cross-Origin-Opener-Policy: ${policy}${note}`)
}

/** A service that has the scope gives refresh tokens for it only (OpenID Connect Core §11). */
function offlineFindings({ id, authorize, refresh }: OAuthConnector, supported: readonly string[]): Finding[] {
  const { default: usual = [], required = [], optional = [] } = authorize.scope ?? {}
  const asked = [...usual, ...required]
  const offline = (scope: string) => /^offline([_.]?access)?$/i.test(scope)
  const known = [...optional, ...supported].find(offline)
  if (refresh?.rotation === 'none' || known === undefined) return []
  const check = `${id}: refresh tokens`
  if (asked.some(offline)) return [ok(check, `the scope ${known} is asked for`)]
  return [
    warning(
      check,
      `the service has the scope ${known}, and the record does not ask for it`,
      `Add ${known} to authorize.scope.default, or connections end with their first access token.`,
    ),
  ]
}
