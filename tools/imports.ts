/** Lists what a built JavaScript file imports. */
import { readFileSync } from 'node:fs'
import { parseSync } from 'vite'

/** An import by its specifier; `lazy` for `import()`. */
export type Import = { readonly specifier: string; readonly lazy: boolean }

/** Reads the imports and re-exports of a built file, `import('…')` with a literal included.
 *
 * @throws {SyntaxError} when the file does not parse.
 */
export function readImports(file: string): Import[] {
  const code = readFileSync(file, 'utf8')
  const { module, errors } = parseSync(file, code)
  if (errors[0]) throw new SyntaxError(`${file}: ${errors[0].message}`)
  const exported = module.staticExports.flatMap((one) =>
    one.entries.flatMap((entry) => entry.moduleRequest?.value ?? []),
  )
  const lazy = module.dynamicImports.flatMap((one) =>
    literal(code.slice(one.moduleRequest.start, one.moduleRequest.end)),
  )
  const eager = new Set([...module.staticImports.map((one) => one.moduleRequest.value), ...exported])
  return [
    ...[...eager].map((specifier) => ({ specifier, lazy: false })),
    ...[...new Set(lazy)].map((specifier) => ({ specifier, lazy: true })),
  ]
}

function literal(source: string): string[] {
  const match = /^(['"`])([^'"`$]+)\1$/.exec(source.trim())
  return match?.[2] ? [match[2]] : []
}
