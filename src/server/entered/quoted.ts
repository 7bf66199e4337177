/** Takes what was typed out of a service's own words: some services quote the key in their refusal. */

import type { Values } from '../template.ts'
import { withBasic } from './injection.ts'

/**
 * A message without any of the values, as they were typed and as they were sent.
 *
 * @param told - May have been cut: its end is then compared with the beginning of each value.
 */
export function withoutValues(told: string, values: Values): string {
  const forms = Object.values(withBasic(values)).flatMap((value) => [value, encodeURIComponent(value)])
  // A longer value may contain a shorter one.
  const sorted = [...new Set(forms)].filter((form) => form !== '').toSorted((a, b) => b.length - a.length)
  return sorted.reduce((text, form) => withoutEnd(text.replaceAll(form, '…'), form), told)
}

/** Three characters tell nothing and may stand at the end by chance. */
function withoutEnd(text: string, form: string): string {
  for (let length = Math.min(form.length - 1, text.length); length > 3; length -= 1)
    if (text.endsWith(form.slice(0, length))) return `${text.slice(0, -length)}…`
  return text
}
