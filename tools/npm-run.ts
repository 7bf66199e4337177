/** Runs an npm script of the checkout. */
import { spawnSync } from 'node:child_process'

/** Runs `npm run <script>`, streaming or capturing what it prints.
 *
 * @returns `ok`, and the output when it was captured.
 */
export function npmRun(options: { readonly root: string; readonly script: string; readonly capture?: boolean }): {
  readonly ok: boolean
  readonly output: string
} {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', options.script], {
    cwd: options.root,
    stdio: options.capture ? 'pipe' : 'inherit',
    encoding: 'utf8',
    // npm is a batch file there, which only a shell starts.
    shell: process.platform === 'win32',
  })
  return { ok: status === 0, output: options.capture ? stdout + stderr : '' }
}
