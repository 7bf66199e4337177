/** `callback`: the static callback pages. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { callbackPage } from '../protocol/callback-page.ts'
import { callbackScript } from '../protocol/callback-script.ts'
import { InvalidRequestError } from '../protocol/errors.ts'
import { connectorId } from '../protocol/ids.ts'
import { parse } from '../protocol/parse.ts'

/**
 * Writes `<connector>.html` for each connector, so that no code is taken for another authorization server's, and one
 * `callback.js` beside them: no script stands in a page.
 */
export function writeCallbackFiles(folder: string, connectors: readonly string[], print: (line: string) => void): void {
  for (const id of connectors) {
    try {
      parse(connectorId, id)
    } catch {
      throw new InvalidRequestError('invalid_request', `${id} is not a connector id. Nothing was written.`)
    }
  }
  mkdirSync(folder, { recursive: true })
  const files = [
    ...connectors.map((id) => [`${id}.html`, callbackPage({ src: 'callback.js' })] as const),
    ['callback.js', callbackScript] as const,
  ]
  for (const [name, content] of files) {
    writeFileSync(join(folder, name), content)
    print(join(folder, name))
  }
}
