/** What a record must say so that answers can be checked and secrets stay here. */

import type { ConnectorRecord, OAuthConnector } from '../../../protocol/connector.ts'
import { type Finding, fault, warning } from './finding.ts'

/** Fields that a method's code never reads: they would promise what does not happen. */
function unread(record: ConnectorRecord): readonly Finding[] {
  const captures = Object.entries(record.capture ?? {})
  const finding = (field: string) => fault(field, `take it out: it means nothing for ${record.method}`)
  switch (record.method) {
    case 'oauth2':
      return []
    case 'two_step':
      return [
        ...captures.filter(([, { from }]) => from !== 'token_response').map(([name]) => finding(`capture.${name}`)),
        ...(record.token.auth ? [finding('token.auth')] : []),
      ]
    case 'client_credentials':
      return captures.filter(([, { from }]) => from !== 'token_response').map(([name]) => finding(`capture.${name}`))
    case 'api_key':
    case 'basic':
    case 'bearer':
    case 'custom':
      return captures.map(([name]) => finding(`capture.${name}`))
  }
}

export function trustFindings(record: ConnectorRecord): readonly Finding[] {
  const tokens = record.method === 'oauth2' || record.method === 'custom'
  return [
    ...unread(record),
    ...(record.reach === 'proxy' && !record.proxy
      ? [warning('proxy', 'name the hosts, or its API cannot be called through the proxy')]
      : []),
    ...Object.entries(record.proxy ?? {})
      .filter(([, { paths }]) => !paths)
      .map(([alias]) => warning(`proxy.${alias}.paths`, 'name the paths: without them every path may be called')),
    ...(record.method === 'oauth2' ? oauthFindings(record) : []),
    ...(!tokens && record.reach === 'direct'
      ? [fault('reach', 'say proxy: typed credentials never reach a browser')]
      : []),
    ...(record.apiOrigins.length === 0
      ? [warning('apiOrigins', 'name the origins of the API, or no token can be sent with connectorFetch')]
      : []),
    ...(assertionWithoutIssuer(record) ? [fault('issuer', 'name the issuer: an assertion is made for it alone')] : []),
  ]
}

function assertionWithoutIssuer(record: ConnectorRecord): boolean {
  const issued = record.method === 'oauth2' || record.method === 'client_credentials'
  return issued && record.token.auth === 'private_key_jwt' && record.issuer === null
}

function oauthFindings(record: OAuthConnector): readonly Finding[] {
  const findings: Finding[] = []
  if (record.issuer === null)
    findings.push(
      warning('issuer', 'name the issuer where the authorization server has one: answers are then checked (RFC 9207)'),
    )
  if (record.issuerRequired && record.issuer === null) findings.push(fault('issuerRequired', 'name the issuer too'))
  if (record.dpop && record.reach === 'direct')
    findings.push(fault('reach', 'say proxy: the key of the tokens stays on the backend'))
  if (record.token.auth === 'none')
    findings.push(warning('token.auth', 'a public client: anybody may use its id, so register a secret where you can'))
  if (record.authorize.pkce === false)
    findings.push(
      warning('authorize.pkce', 'leave PKCE on unless the authorization server breaks on it (RFC 9700 §2.1.1)'),
    )
  if (!record.identity)
    findings.push(
      warning(
        'identity',
        'say where the account id stands: without it a reconnect with another account goes unnoticed',
      ),
    )
  return findings
}
