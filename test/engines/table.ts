/** The tables of a full run, for docs/popups.md. */

import { readFile, writeFile } from 'node:fs/promises'
import type { Shown } from './cell-tests.ts'
import { type Person, expected, persons } from './cells.ts'
import type { EngineName } from './engine.ts'
import type { ShownFrame } from './frame-tests.ts'

const called: Readonly<Record<EngineName, string>> = { chromium: 'Chromium', firefox: 'Firefox', webkit: 'WebKitGTK' }

/** Puts the tables into the page, each between its two marks. */
export async function writeTables(
  file: string,
  all: readonly Shown[],
  allFrames: readonly ShownFrame[],
): Promise<void> {
  const text = await readFile(file, 'utf8')
  const withOutcomes = replaceBetween(text, 'outcomes', renderTable(all))
  await writeFile(file, replaceBetween(withOutcomes, 'frames', renderFrames(allFrames)))
}

function replaceBetween(text: string, name: string, table: string): string {
  const [begin, end] = [`<!-- ${name}: written by npm run test:full -->`, `<!-- /${name} -->`]
  const [before, rest = ''] = text.split(begin)
  const after = rest.split(end)[1]
  if (after === undefined) throw new Error(`The page has no marks for ${name}.`)
  return `${before}${begin}\n\n${table}\n\n${end}${after}`
}

/** A row for each frame. */
function renderFrames(all: readonly ShownFrame[]): string {
  const columns = Object.keys(called).flatMap((engine) => persons.slice(0, 2).map((person) => ({ engine, person })))
  const lines = [...new Set(all.map(({ cell }) => cell))].map((cell) => {
    const ends = columns.map(({ engine, person }) => {
      const found = all.find((one) => one.cell === cell && one.engine === engine && one.person === person)
      if (!found) return ''
      return found.right ? found.end : `**${found.end}**`
    })
    return `| \`${cell.name}\` | ${ends.join(' | ')} |`
  })
  const heads = columns.map(({ engine, person }) => `${engine}, ${person}`)
  return [`| the element is in | ${heads.join(' | ')} |`, `| --- |${' --- |'.repeat(heads.length)}`, ...lines].join(
    '\n',
  )
}

/** A row for each provider, host and road; what all engines agree on stands there once. */
function renderTable(all: readonly Shown[]): string {
  const engines = [...new Set(all.map(({ engine, version }) => `${called[engine]} ${version}`))]
  const day = new Date().toISOString().slice(0, 10)
  const right = all.filter((one) => one.right).length
  const rowOf = ({ cell }: Shown): string => `${cell.provider} | ${cell.host} | ${cell.road}`
  const lines = [...new Set(all.map(rowOf))].map((name) => {
    const of = (person: Person) => all.filter((one) => rowOf(one) === name && one.cell.person === person)
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
