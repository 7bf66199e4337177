/** Puts files of this repository into a page as code blocks, so that a page shows what is built and run. */

import { readFileSync } from 'node:fs'
import { extname, join } from 'node:path'

/** Replaces each line `<!-- include: path -->` by the file's text.
 *
 * @param root - The folder that paths begin at.
 */
export function includeCode(root: string, page: string): string {
  return page.replace(/^<!-- include: (.+) -->$/gm, (_, path: string) => {
    const language = extname(path).slice(1)
    return `\`${path}\`\n\n\`\`\`${language}\n${readFileSync(join(root, path), 'utf8').trimEnd()}\n\`\`\``
  })
}
