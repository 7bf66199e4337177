/** The tag's types in Vue's templates and in Svelte's markup: a wrong value is refused where it is written, and nothing else. */

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '../..')
const types = join(import.meta.dirname, 'types')

test('Vue takes what the tag takes, and refuses a wrong value', () => {
  const project = join(types, 'vue/tsconfig.json')
  const said = run('examples/vue/check-types.cjs', '-p', project, '--pretty', 'false')
  assert.deepEqual(linesIn(said, /tags\.vue\((\d+),\d+\): error/g), marked('vue/tags.vue'), said)
})

test('Svelte takes what the tag takes, and refuses a wrong value, name or event', () => {
  const workspace = join(root, 'examples/svelte')
  const project = relative(workspace, join(types, 'svelte/tsconfig.json'))
  const program = 'examples/svelte/node_modules/svelte-check/bin/svelte-check'
  const said = run(program, '--workspace', workspace, '--tsconfig', project, '--output', 'machine')
  assert.deepEqual(linesIn(said, / ERROR ".*tags\.svelte" (\d+):\d+ /g), marked('svelte/tags.svelte'), said)
})

/** Runs a checker, and gives what it says. */
function run(program: string, ...parameters: string[]): string {
  const { stdout, stderr } = spawnSync(process.execPath, [join(root, program), ...parameters], { encoding: 'utf8' })
  return stdout + stderr
}

const linesIn = (said: string, pattern: RegExp) => [
  ...new Set([...said.matchAll(pattern)].map(([, line]) => Number(line))),
]

/** The numbers of the lines that must be refused: each after a comment that says so. */
function marked(file: string): readonly number[] {
  const lines = readFileSync(join(types, file), 'utf8').split('\n')
  const numbers = lines.flatMap((line, index) => (line.includes(' refused: ') ? [index + 2] : []))
  assert.ok(numbers.length > 4)
  return numbers
}
