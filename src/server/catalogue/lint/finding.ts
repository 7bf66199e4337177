/** What the linter says. */

/** A `fault` stops the record from being used; a `warning` says what it costs. */
export interface Finding {
  readonly level: 'fault' | 'warning'
  readonly field: string
  readonly mend: string
}

export const fault = (field: string, mend: string): Finding => ({ level: 'fault', field, mend })
export const warning = (field: string, mend: string): Finding => ({ level: 'warning', field, mend })
