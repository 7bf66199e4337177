/** Takes a marked code block out of a document, so that what is read there is what is tested. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export function snippet(name: string, file = 'README.md'): string {
  const text = readFileSync(join(import.meta.dirname, '../..', file), 'utf8')
  const found = new RegExp(`<!-- snippet: ${name} -->\\n\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``).exec(text)
  if (!found?.[1]) throw new Error(`${file} has no snippet "${name}"`)
  return found[1]
}
