/** Reads JSON in which no name stands twice: two readers of one text must not see two things (RFC 8259 §4). */

/**
 * Parses a text.
 *
 * @throws {SyntaxError} where it is not JSON, or an object has a name twice.
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  refuseDoubledNames(text)
  return value
}

/** The text is JSON already, so strings and brackets are all that must be told apart. */
function refuseDoubledNames(text: string): void {
  const open: (Set<string> | undefined)[] = []
  for (const [token, name] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (name !== undefined) addName(open.at(-1), name)
    else if (token === '{') open.push(new Set())
    else if (token === '[') open.push(undefined)
    else if (token === '}' || token === ']') open.pop()
  }
}

function addName(names: Set<string> | undefined, quoted: string): void {
  // By its value: `"a"` and `"\u0061"` are one name.
  const name = String(JSON.parse(quoted))
  if (names?.has(name)) throw new SyntaxError('a name stands twice in one object')
  names?.add(name)
}
