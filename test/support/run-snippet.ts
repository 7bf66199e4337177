/** Runs a document's snippet as a module inside the package's own folder, so that its imports are the package's entries. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

const root = join(import.meta.dirname, '../..')

export interface Ran {
  readonly code: unknown
  readonly said: string
}

/** @param heard - Is told of each line as it is printed. */
export async function runSnippet(
  t: TestContext,
  code: string,
  env: Readonly<Record<string, string>>,
  heard: (line: string) => void = () => undefined,
): Promise<Ran> {
  mkdirSync(join(root, '.data'), { recursive: true })
  const folder = mkdtempSync(join(root, '.data', 'snippet-'))
  writeFileSync(join(folder, 'snippet.js'), code)
  const child = spawn(process.execPath, [join(folder, 'snippet.js')], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  })
  let said = ''
  child.stdout.on('data', (chunk: unknown) => {
    const lines = String(chunk)
    said += lines
    for (const line of lines.split('\n')) if (line !== '') heard(line)
  })
  const [exit] = await once(child, 'close')
  return { code: exit, said }
}
