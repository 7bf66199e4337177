/** Says a day in a language. */

import { localeOf } from './locale.ts'

/** Says the day of a time as the language writes it (`Intl.DateTimeFormat`), in its own digits, months and calendar.
 *
 * @param time - ISO 8601.
 * @param language - BCP 47; what `Intl` does not know is said in English.
 * @returns '' where it is no time.
 */
export function day(time: string, language: string): string {
  const date = new Date(time)
  if (Number.isNaN(date.getTime())) return ''
  return new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'medium' }).format(date)
}
