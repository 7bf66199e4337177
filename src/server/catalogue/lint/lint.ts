/** The linter of connector records: names the field and the mend. */

import { type ConnectorRecord, recordSchema } from '../../../protocol/connector.ts'
import { SchemaError, parse } from '../../../protocol/parse.ts'
import { authMethod } from '../../../protocol/public-connector.ts'
import { object } from '../../../protocol/schema.ts'
import { type Finding, fault } from './finding.ts'
import { parameterFindings } from './parameters.ts'
import { templateFindings } from './templates.ts'
import { trustFindings } from './trust.ts'
import { urlFindings } from './urls.ts'

export type { Finding }

/** Checks a record from wherever it comes; `record` is absent where its shape is wrong. */
export function lintConnector(candidate: unknown): {
  readonly record?: ConnectorRecord
  readonly findings: readonly Finding[]
} {
  let record: ConnectorRecord
  try {
    const { method } = parse(object({ method: authMethod }), candidate, 'drop')
    record = parse(recordSchema(method), candidate)
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error
    return { findings: [fault(error.path || '(record)', error.problem)] }
  }
  return {
    record,
    findings: [
      ...urlFindings(record),
      ...templateFindings(record),
      ...parameterFindings(record),
      ...trustFindings(record),
    ],
  }
}
