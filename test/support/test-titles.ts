/** The titles of a file's tests, for documents that name tests. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Each title as a pattern: what is filled in may be anything. A file that is not there has none. */
export function titlesIn(file: string): readonly RegExp[] {
  if (!existsSync(file)) return []
  const found = readFileSync(file, 'utf8').matchAll(/\b(?:test|it)\(\s*(?:'((?:[^'\\]|\\.)*)'|"([^"]*)"|`([^`]*)`)/g)
  return [...found].map(([, single, double, template]) => {
    const parts = template?.split(/\$\{(?:[^{}]|\{[^}]*\})*\}/) ?? [single ?? double ?? '']
    return new RegExp(`^${parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.+')}$`)
  })
}

/** The tests that a line of a document names, each after a link to its file, and whether there is one of that title. */
export function namedTests(line: string, root: string): { readonly title: string; readonly exists: boolean }[] {
  const named: { readonly title: string; readonly exists: boolean }[] = []
  let titles: readonly RegExp[] | undefined
  for (const [, file, title] of line.matchAll(/\]\(\.\.\/(test\/[^)]+)\)|`([^`]+)`/g)) {
    if (file !== undefined) titles = titlesIn(join(root, file))
    if (title !== undefined && titles) named.push({ title, exists: titles.some((pattern) => pattern.test(title)) })
  }
  return named
}
