/** Puts several values into a text's places. */

import { isolate } from './fill.ts'

/** Replaces each `{name}` of a text by the value of that name. */
export const fillAll = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/{(\w+)}/g, (place, name: string) => isolate(values[name] ?? place, text))
