/** Puts several values into a text's places. */

/** Replaces each `{name}` of a text by the value of that name. */
export const fillAll = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/{(\w+)}/g, (place, name: string) => values[name] ?? place)
