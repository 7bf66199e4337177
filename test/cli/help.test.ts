import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Command } from 'commander'
import { exitCodes } from '../../src/cli/exit-codes.ts'
import { createProgram } from '../../src/cli/program.ts'
import { place } from '../support/cli.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/cli.md'), 'utf8')

/** Every command that does something, by its words. */
function commandsOf(command: Command, before: readonly string[] = []): [string, Command][] {
  return command.commands
    .filter((one) => !['complete', 'help'].includes(one.name()))
    .flatMap((one): [string, Command][] => {
      const words = [...before, one.name()]
      return one.commands.length > 0 ? commandsOf(one, words) : [[words.join(' '), one]]
    })
}

const commands = new Map(commandsOf(createProgram(() => {})))
/** What stands between backticks, but for the fenced blocks. */
const named = [...page.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`]+)`/g)].map(([, words = '']) => words)

test('the help of every command says what it does, and what each option and argument is', async () => {
  for (const [words, command] of commands) {
    const help = command.helpInformation()
    assert.ok(help.startsWith(`Usage: connector-auth ${words}`), words)
    assert.ok(command.description().length > 8, words)
    for (const { long, description } of command.options) assert.ok(description.length > 3, `${words} ${long}`)
  }
  const { run } = place()
  for (const words of [['--help'], ['auth', '--help'], ['account', 'oauth', '--help'], ['help', 'connections']]) {
    const { code, out, error } = await run(...words)
    assert.deepEqual([code, out.startsWith('Usage: connector-auth'), error], [0, true, ''], words.join(' '))
  }
})

test('in a terminal every command shows its help, no line wider than the terminal, whatever the environment holds', () => {
  const child = [process.execPath, join(import.meta.dirname, '../support/every-help.ts')].map((word) => `'${word}'`)
  const env = { ...process.env, TERM: 'xterm', CONNECTOR_AUTH_URL: 'https://canary.example' }
  const words = ['-qfec', `stty cols 80; ${child.join(' ')}`, '/dev/null']
  const shown = execFileSync('script', words, { env, encoding: 'utf8' }).split('\r\n')
  for (const name of commands.keys())
    assert.ok(
      shown.some((line) => `${line} `.startsWith(`Usage: connector-auth ${name} `)),
      name,
    )
  assert.deepEqual(
    shown.filter((line) => line.length > 80 || line.includes('canary')),
    [],
  )
})

test('the page names every command and every option, and none that is not there', () => {
  for (const words of commands.keys()) assert.ok(named.includes(words), `docs/cli.md does not name ${words}`)
  const options = new Set([...commands.values()].flatMap((command) => command.options.map(({ long }) => long)))
  const told = new Set(named.flatMap((words) => words.match(/--[a-z-]+/g) ?? []))
  // `--no-browser` is how `--browser` is written.
  for (const option of options) assert.ok(told.has(option ?? ''), `docs/cli.md does not name ${option}`)
  for (const option of told) assert.ok(options.has(option) || option === '--help', `${option} is no option`)
  const roots = new Set([...commands.keys()].map((words) => words.split(' ')[0] ?? ''))
  for (const words of named) {
    const [root = ''] = words.split(' ')
    if (!roots.has(root) || root === words) continue
    const plain = words.split(' --')[0] ?? ''
    assert.ok(commands.has(plain), `${words} is no command`)
  }
})

test('each line that the page shows is one that can be typed', () => {
  const shown = [...page.matchAll(/^(?:npx )?connector-auth ([^#>\n]+)/gm)].map(([, line = '']) => line.trim())
  assert.ok(shown.length >= 9)
  for (const line of shown) {
    const words = line.split(/\s+/)
    const found = [...commands.keys()].find((known) => `${line} `.startsWith(`${known} `))
    assert.ok(found, line)
    const options = commands.get(found)?.options.map(({ long }) => long)
    for (const word of words) if (word.startsWith('--')) assert.ok(options?.includes(word), `${line}: ${word}`)
  }
})

test('the page has the table of exit codes', () => {
  const table = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code))
  assert.deepEqual(table, Object.values(exitCodes))
})
