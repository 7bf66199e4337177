/** Puts a value into a text's place. */

/** What runs from right to left, or makes other text do so. */
const turning = /[\u0590-\u08ff\u200f\u202a-\u202e\ufb1d-\ufefc]/

/** Replaces each `{name}` of a text. */
export const fill = (text: string, value: string): string => text.replace(/{\w+}/g, () => isolate(value, text))

/** Keeps a value and the text around it from turning each other around: it stands between isolates (FSI and PDI), which it
 * cannot end itself.
 *
 * @returns The value as it is where all runs from left to right.
 * @see Unicode Standard Annex #9, §2.4
 */
export function isolate(value: string, around: string): string {
  const bare = value.replace(/[\u2066-\u2069]/g, '')
  return turning.test(around + bare) ? `\u2068${bare}\u2069` : bare
}
