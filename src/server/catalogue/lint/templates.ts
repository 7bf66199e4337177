/** What a record's templates and patterns must be. */

import { isSafePattern } from 'redos-detector'
import type { ConnectorRecord } from '../../../protocol/connector.ts'
import type { Input } from '../../../protocol/inputs.ts'
import { inputsOf } from '../../entered/fields.ts'
import { placeholdersIn, splitUrl } from '../../template.ts'
import { type Finding, fault, warning } from './finding.ts'
import { textsOf, urlsOf } from './record-urls.ts'

export function templateFindings(record: ConnectorRecord): readonly Finding[] {
  const inputs = inputsOf(record, false)
  const captured = record.capture ?? {}
  const names = new Set([...inputs.map(({ name }) => name), ...Object.keys(captured), ...builtIn(record)])
  const unknown = [...urlsOf(record), ...textsOf(record)].flatMap(([field, template]) =>
    placeholdersIn(template)
      .filter((name) => !names.has(name))
      .map((name) => fault(field, `declare ${name} among inputs or capture`)),
  )
  return [
    ...unknown,
    ...hostFindings(record, inputs),
    ...inputs.flatMap(inputFindings),
    ...Object.entries(captured).flatMap(([name, rule]) => captureFindings(name, rule)),
    ...Object.entries(captured).flatMap(([name, { from }]) => sourceFindings(record, name, from)),
    ...textsOf(record).flatMap(([field]) => headerFindings(field)),
  ]
}

function builtIn({ method }: ConnectorRecord): readonly string[] {
  switch (method) {
    case 'oauth2':
    case 'client_credentials':
      return ['accessToken', 'clientId']
    case 'two_step':
      return ['accessToken', 'basic']
    case 'custom':
      return ['accessToken']
    case 'basic':
      return ['basic']
    case 'api_key':
    case 'bearer':
      return []
  }
}

/** A value that becomes part of a host decides where secrets go, so it is held to a form. */
function hostFindings(record: ConnectorRecord, inputs: readonly Input[]): readonly Finding[] {
  return urlsOf(record).flatMap(([field, template]) =>
    placeholdersIn(splitUrl(template).host).flatMap((name) => {
      const input = inputs.find((candidate) => candidate.name === name)
      const held =
        input && (input.pattern || input.enum || (input.format && input.format !== 'url' && input.format !== 'email'))
      if (input && !held) return [fault(`inputs.${name}`, `give it a pattern, format or enum: it is part of ${field}`)]
      const rule = record.capture?.[name]
      return rule && !rule.pattern ? [fault(`capture.${name}`, `give it a pattern: it is part of ${field}`)] : []
    }),
  )
}

function inputFindings(input: Input): readonly Finding[] {
  const field = `inputs.${input.name}`
  const secretive = /secret|password|token|key/i.test(input.name) && !input.secret
  const unfilled = input.hidden && input.default === undefined
  return [
    ...patternFindings(`${field}.pattern`, input.pattern),
    ...(secretive ? [warning(field, 'mark it secret, if it is one')] : []),
    ...(unfilled ? [fault(field, 'give a hidden field its default')] : []),
    ...(input.default !== undefined && input.enum && !input.enum.includes(input.default)
      ? [fault(`${field}.default`, 'use one of enum')]
      : []),
  ]
}

function captureFindings(name: string, rule: NonNullable<ConnectorRecord['capture']>[string]): readonly Finding[] {
  const field = `capture.${name}`
  const secretive = rule.expose === 'page' && /secret|password|token|key/i.test(name)
  return [
    ...patternFindings(`${field}.pattern`, rule.pattern),
    ...(secretive ? [fault(field, 'a page never sees a value of that name: rename it, or do not expose it')] : []),
    ...(rule.from === 'request' && rule.url === undefined
      ? [fault(`${field}.url`, 'write where it is asked for')]
      : []),
    ...(/^[a-z][A-Za-z0-9]{0,39}$/.test(name) ? [] : [fault(field, 'name it like a placeholder: letters and digits')]),
  ]
}

/** Where a method has a callback, a token response, or a request after it. */
function sourceFindings({ method }: ConnectorRecord, name: string, from: string): readonly Finding[] {
  const possible =
    method === 'oauth2' || (from === 'token_response' && ['client_credentials', 'two_step'].includes(method))
  return possible ? [] : [fault(`capture.${name}.from`, `take it out: ${method} has nothing to capture there`)]
}

/** Of one connection, or about its body: whoever sends the request writes them (RFC 9110 §7.6.1). */
const framing = [
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'keep-alive',
  'te',
  'trailer',
  'expect',
]

function headerFindings(field: string): readonly Finding[] {
  const [, name] = /(?:^|\.)headers\.(.*)$/s.exec(field) ?? []
  if (name === undefined) return []
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return [fault(field, 'write a header name (RFC 9110 §5.1)')]
  return framing.includes(name.toLowerCase()) ? [fault(field, 'take it out: it is written for each request')] : []
}

function patternFindings(field: string, pattern: string | undefined): readonly Finding[] {
  if (pattern === undefined) return []
  const whole = `^(?:${pattern})$`
  try {
    void new RegExp(whole, 'u')
  } catch {
    return [fault(field, 'write a regular expression')]
  }
  // Attack 69: a pattern that backtracks without end stops the whole process. Steps are counted, not time, so that a busy
  // machine finds the same.
  if (isSafePattern(whole, { unicode: true, maxScore: 200, maxSteps: 2_000 }).safe) return []
  return [fault(field, 'write it so that no text fits it in many ways, as two repetitions of the same characters do')]
}
