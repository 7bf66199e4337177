/** The values that a fake hands out to be captured, and what a backend should make of them. */

import type { ConnectorRecord } from '../protocol/connector.ts'
import type { FakeAccount } from './grants.ts'
import { sample } from './sample.ts'
import type { Known } from './template.ts'

type Rule = NonNullable<ConnectorRecord['capture']>[string]

export interface Captured {
  /** As the service tells it, by capture name. */
  readonly told: Known
  /** As templates see it: the pattern's first group, where it has one. */
  readonly kept: Known
}

/** Chooses a value for each capture; `given` ones are taken as they are. */
export function chooseCaptured(record: ConnectorRecord, account: FakeAccount, given: Known = {}): Captured {
  const rules = Object.entries(record.capture ?? {})
  const told = rules.map(([name, rule]) => [name, given[name] ?? accountAt(record, rule, account) ?? value(name, rule)])
  const all: Known = Object.fromEntries(told)
  const kept = rules.map(([name, rule]) => [name, keep(rule, all[name] ?? '')])
  return { told: all, kept: Object.fromEntries(kept) }
}

function value(name: string, { pattern }: Rule): string {
  return pattern === undefined ? `fake-${name}` : sample(pattern)
}

/** An account whose id and name fit what is captured at the same place. */
export function fittingAccount(record: ConnectorRecord, account: FakeAccount): FakeAccount {
  let fitting = account
  for (const rule of Object.values(record.capture ?? {})) {
    const field = accountField(record, rule)
    if (!field || rule.pattern === undefined || matches(rule.pattern, fitting[field])) continue
    fitting = { ...fitting, [field]: sample(rule.pattern) }
  }
  return fitting
}

const matches = (pattern: string, text: string) => new RegExp(`^(?:${pattern})$`, 'u').test(text)

/** A capture may read the same place as the identity does: it is one value then. */
function accountAt(record: ConnectorRecord, rule: Rule, account: FakeAccount): string | undefined {
  const field = accountField(record, rule)
  return field && account[field]
}

function accountField(record: ConnectorRecord, rule: Rule): 'id' | 'name' | undefined {
  const identity = record.method === 'oauth2' ? record.identity : undefined
  if (!identity) return undefined
  const same =
    identity.from === 'token_response'
      ? rule.from === 'token_response'
      : identity.from === 'userinfo' && rule.from === 'request' && rule.url === identity.url
  if (!same) return undefined
  if (rule.path === identity.id) return 'id'
  return rule.path === identity.name ? 'name' : undefined
}

function keep({ pattern }: Rule, told: string): string {
  if (pattern === undefined) return told
  const found = new RegExp(`^(?:${pattern})$`, 'u').exec(told)
  return found?.[1] ?? told
}
