/** Counts things in the words of a language. */

import { localeOf } from './locale.ts'

/** A text that counts: one for every number, or one for each form that the language has. */
export type Forms = string | (Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string })

/** Says a number with the form that the language has for it (`Intl.PluralRules`), in the language's own digits.
 *
 * @param language - BCP 47; what `Intl` does not know is counted as English.
 */
export function count(forms: Forms, number: number, language: string): string {
  const locale = localeOf(language)
  const form = typeof forms === 'string' ? forms : (forms[new Intl.PluralRules(locale).select(number)] ?? forms.other)
  return form.replace(/{\w+}/g, () => new Intl.NumberFormat(locale).format(number))
}
