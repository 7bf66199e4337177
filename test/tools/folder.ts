/** Throw-away folders with files, for tools that look at a whole checkout. */
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { TestContext } from 'node:test'

/** Makes a folder that is gone after the test. */
export async function makeFolder(t: TestContext, files: { readonly [path: string]: string }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'connector-auth-tools-'))
  t.after(() => rm(folder, { recursive: true }))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  return folder
}

/** Runs one of the tools in a folder. */
export function runTool(
  tool: string,
  options: {
    readonly folder: string
    readonly parameters?: readonly string[]
    readonly environment?: NodeJS.ProcessEnv
  },
): Promise<{ readonly status: number | null; readonly output: string }> {
  const file = resolve(import.meta.dirname, '../../tools', tool)
  const environment = { ...process.env, ...options.environment }
  // node:test refuses to run inside itself unless it does not notice.
  delete environment['NODE_TEST_CONTEXT']
  const child = spawn(process.execPath, [file, ...(options.parameters ?? [])], {
    cwd: options.folder,
    env: environment,
  })
  let output = ''
  child.stdout.on('data', (chunk) => (output += String(chunk)))
  child.stderr.on('data', (chunk) => (output += String(chunk)))
  return new Promise((done) => child.on('close', (status) => done({ status, output })))
}
