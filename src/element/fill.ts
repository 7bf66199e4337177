/** Puts a value into a text's place. */

/** Replaces each `{name}` of a text. */
export function fill(text: string, value: string | number): string {
  return text.replace(/{\w+}/, () => String(value))
}
