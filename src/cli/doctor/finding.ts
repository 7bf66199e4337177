/** What a check of `doctor` found. */

export interface Finding {
  /** `fault`: it will not work. `warning`: it may not, or not for long. */
  readonly level: 'ok' | 'warning' | 'fault'
  /** What was looked at, such as `store` or `google: issuer`. */
  readonly check: string
  readonly found: string
  /** What to do; '' where all is well. */
  readonly mend: string
}

export const ok = (check: string, found: string): Finding => ({ level: 'ok', check, found, mend: '' })
export const warning = (check: string, found: string, mend: string): Finding => ({
  level: 'warning',
  check,
  found,
  mend,
})
export const fault = (check: string, found: string, mend: string): Finding => ({ level: 'fault', check, found, mend })
