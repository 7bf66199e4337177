/** What belongs to a connection beside its tokens: what was typed, what was captured, the key that its tokens are bound to. */

import { parse } from '../../protocol/parse.ts'
import { anything, object, record, text } from '../../protocol/schema.ts'
import type { ProofKey } from '../oauth/dpop.ts'
import type { Values } from '../template.ts'

export interface Details {
  readonly inputs: Values
  readonly captured: Values
  readonly proofKey?: ProofKey | undefined
}

export const noDetails: Details = { inputs: {}, captured: {} }

const values = record(text({ maxLength: 16_384 }))
const details = object({ inputs: values, captured: values }, { proofKey: record(anything) })

/** Writes details for sealing; '' where there is nothing to keep. */
export function writeDetails({ inputs, captured, proofKey }: Details): string {
  const bare = Object.keys(inputs).length === 0 && Object.keys(captured).length === 0 && proofKey === undefined
  return bare ? '' : JSON.stringify({ inputs, captured, proofKey })
}

/** Reads what {@link writeDetails} wrote. */
export function readDetails(text: string): Details {
  return text === '' ? noDetails : parse(details, JSON.parse(text))
}
