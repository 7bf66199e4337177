/** The linter of connector records: names the field and the mend. */

import { type ConnectorRecord, connectorRecord } from '../../protocol/connector.ts'
import { SchemaError, parse } from '../../protocol/parse.ts'

/** A `fault` stops the record from being used; a `warning` says what it costs. */
export interface Finding {
  readonly level: 'fault' | 'warning'
  readonly field: string
  readonly mend: string
}

/** Checks a record from wherever it comes; `record` is absent where its shape is wrong. */
export function lintConnector(candidate: unknown): {
  readonly record?: ConnectorRecord
  readonly findings: readonly Finding[]
} {
  let record: ConnectorRecord
  try {
    record = parse(connectorRecord, candidate)
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error
    return { findings: [{ level: 'fault', field: error.path || '(record)', mend: error.problem }] }
  }
  return { record, findings: [...urlFindings(record), ...parameterFindings(record), ...trustFindings(record)] }
}

const fault = (field: string, mend: string): Finding => ({ level: 'fault', field, mend })
const warning = (field: string, mend: string): Finding => ({ level: 'warning', field, mend })

function urlFindings(record: ConnectorRecord): Finding[] {
  const identity = record.identity?.from === 'userinfo' ? record.identity.url : undefined
  const urls: [string, string | null | undefined][] = [
    ['issuer', record.issuer],
    ['authorize.url', record.authorize.url],
    ['token.url', record.token.url],
    ['revoke.url', record.revoke?.url],
    ['identity.url', identity],
  ]
  return urls.flatMap(([field, text]) => {
    if (text === null || text === undefined) return []
    if (!URL.canParse(text)) return [fault(field, 'write an absolute URL')]
    const url = new URL(text)
    if (url.username || url.password) return [fault(field, 'take the user name and password out')]
    if (url.hash) return [fault(field, 'take the fragment out')]
    const loopback = url.hostname === '127.0.0.1' || url.hostname === 'localhost'
    return url.protocol === 'https:' || loopback ? [] : [fault(field, 'use https')]
  })
}

/** What the backend sets itself, once per request: a record cannot set it for every request. */
const own = [
  'client_id',
  'redirect_uri',
  'response_type',
  'state',
  'scope',
  'code_challenge',
  'code_challenge_method',
  'nonce',
  'request',
  'request_uri',
]
const ownOfToken = [
  'client_id',
  'client_secret',
  'code',
  'code_verifier',
  'grant_type',
  'redirect_uri',
  'refresh_token',
]

function parameterFindings(record: ConnectorRecord): Finding[] {
  const set = (field: string, names: object | undefined, reserved: readonly string[]) =>
    Object.keys(names ?? {})
      .filter((name) => reserved.includes(name))
      .map((name) => fault(`${field}.${name}`, 'take it out: the backend sets it for each request'))
  return [
    ...set('authorize.params', record.authorize.params, own),
    ...set('authorize.force', record.authorize.force, own),
    ...set('token.params', record.token.params, ownOfToken),
  ]
}

function trustFindings(record: ConnectorRecord): Finding[] {
  const findings: Finding[] = []
  if (record.issuer === null)
    findings.push(
      warning('issuer', 'name the issuer where the authorization server has one: answers are then checked (RFC 9207)'),
    )
  if (record.issuerRequired && record.issuer === null) findings.push(fault('issuerRequired', 'name the issuer too'))
  if (record.authorize.pkce === false)
    findings.push(
      warning('authorize.pkce', 'leave PKCE on unless the authorization server breaks on it (RFC 9700 §2.1.1)'),
    )
  if (record.apiOrigins.length === 0)
    findings.push(warning('apiOrigins', 'name the origins of the API, or no token can be sent with connectorFetch'))
  if (!record.identity)
    findings.push(
      warning(
        'identity',
        'say where the account id stands: without it a reconnect with another account goes unnoticed',
      ),
    )
  return findings
}
