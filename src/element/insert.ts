/** Puts what is not ours into a text: names, ids, what a service said. Loaded beside first paint. */

/** What runs from right to left, or makes other text do so. */
const turning = /[\u0590-\u08ff\u200f\u202a-\u202e\ufb1d-\ufefc]/

/** Replaces each `{name}` of a text. */
export const insert = (text: string, value: string): string => text.replace(place, () => isolate(value, text))

/** Replaces each `{name}` of a text by the value of that name. */
export const insertAll = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(place, (found: string, name: string) => isolate(values[name] ?? found, text))

/** With the isolates that stand around it already. */
const place = /\u2068?{(\w+)}\u2069?/g

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
