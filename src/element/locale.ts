/** Tells `Intl` which language to speak. */

/** A page's language as `Intl` takes it.
 *
 * @param language - as the page has it; what `Intl` does not know becomes English.
 */
export function localeOf(language: string): string {
  try {
    return Intl.PluralRules.supportedLocalesOf(language).length > 0 ? language : 'en'
  } catch {
    return 'en'
  }
}
