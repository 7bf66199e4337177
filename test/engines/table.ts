/** The table of a full run, for docs/popups.md. */

import { readFile, writeFile } from 'node:fs/promises'
import type { Shown } from './cell-tests.ts'
import { type Cell, expected, persons } from './cells.ts'
import type { EngineName } from './engine.ts'

const called: Readonly<Record<EngineName, string>> = { chromium: 'Chromium', firefox: 'Firefox', webkit: 'WebKitGTK' }
const [begin, end] = ['<!-- outcomes: written by npm run test:full -->', '<!-- /outcomes -->']

/** Puts the table into the page, between its two marks. */
export async function writeTable(file: string, all: readonly Shown[]): Promise<void> {
  const text = await readFile(file, 'utf8')
  const [before, rest = ''] = text.split(begin)
  const after = rest.split(end)[1]
  if (after === undefined) throw new Error(`${file} has no marks for the table.`)
  await writeFile(file, `${before}${begin}\n\n${renderTable(all)}\n\n${end}${after}`)
}

/** A row for each provider, host and road; what all engines agree on stands there once. */
function renderTable(all: readonly Shown[]): string {
  const engines = [...new Set(all.map(({ engine, version }) => `${called[engine]} ${version}`))]
  const day = new Date().toISOString().slice(0, 10)
  const right = all.filter((one) => one.right).length
  const rowOf = ({ cell }: Shown): string => `${cell.provider} | ${cell.host} | ${cell.road}`
  const lines = [...new Set(all.map(rowOf))].map((name) => {
    const of = (person: Cell['person']) => all.filter((one) => rowOf(one) === name && one.cell.person === person)
    return `| ${name} | ${persons.map((person) => renderCell(of(person), expected[person])).join(' | ')} |`
  })
  return [
    `${day}, ${engines.join(', ')}: ${right} of ${all.length} right.`,
    '',
    `| provider's COOP | host's COOP | road | ${persons.join(' | ')} |`,
    `| --- | --- | --- |${' --- |'.repeat(persons.length)}`,
    ...lines,
  ].join('\n')
}

function renderCell(shown: readonly Shown[], wanted: string): string {
  const wrong = shown.filter(({ right }) => !right)
  const unfocused = shown.filter(({ walk }) => walk?.focus === false)
  return [
    shown.length > wrong.length ? wanted : '',
    ...wrong.map(({ engine, walk }) => `**${called[engine]}: ${walk?.outcome ?? 'no end'}**`),
    ...unfocused.map(({ engine }) => `(${called[engine]} gave no focus)`),
  ]
    .filter(Boolean)
    .join(' ')
}
