/** The titles of a file's tests, for documents that name tests. */

import { existsSync, readFileSync } from 'node:fs'

/** Each title as a pattern: what is filled in may be anything. A file that is not there has none. */
export function titlesIn(file: string): readonly RegExp[] {
  if (!existsSync(file)) return []
  const found = readFileSync(file, 'utf8').matchAll(/\b(?:test|it)\(\s*(?:'((?:[^'\\]|\\.)*)'|"([^"]*)"|`([^`]*)`)/g)
  return [...found].map(([, single, double, template]) => {
    const parts = template?.split(/\$\{(?:[^{}]|\{[^}]*\})*\}/) ?? [single ?? double ?? '']
    return new RegExp(`^${parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.+')}$`)
  })
}
