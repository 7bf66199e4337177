/** How answers are printed: a table for people, JSON for programs. */

import { InvalidArgumentError, Option } from 'commander'

/** Prints one line to standard output. */
export type Print = (line: string) => void

export type Format = 'table' | 'json'

/** `--format`, as every command that lists or shows has it. */
export const formatOption = () =>
  new Option('--format <format>', 'how the answer is printed').choices(['table', 'json']).default('table')

/** One row of a table: column name → text. */
export type Row = Readonly<Record<string, string | number | null | undefined>>

/**
 * Prints rows as a table, or what they were made of as JSON.
 *
 * @param values - what a program gets; the same things that the rows show.
 */
export function showRows(
  { values, rows, format }: { readonly values: unknown; readonly rows: readonly Row[]; readonly format: Format },
  print: Print,
): void {
  if (format === 'json') return print(JSON.stringify(values, null, 2))
  const [first] = rows
  if (!first) return print('none')
  const names = Object.keys(first)
  const lines = [names.map((name) => name.toUpperCase()), ...rows.map((row) => names.map((name) => plain(row[name])))]
  const widths = names.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  for (const line of lines)
    print(
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
}

/** A name may come from a third party: what steers a terminal does not reach it. */
export function plain(value: Row[string]): string {
  return String(value ?? '').replaceAll(/[\p{Cc}\p{Cf}]/gu, '\uFFFD')
}

/** The same of a text that may have lines of its own. */
export const plainLines = (text: string) => text.split('\n').map(plain).join('\n')

/** The items of an option that joins them by commas. */
export const list = (text: string) => text.split(',').filter((item) => item !== '')

/** A whole number of 0 or more. @throws {InvalidArgumentError} */
export function whole(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It is not a whole number.')
}
