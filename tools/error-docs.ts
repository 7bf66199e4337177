/** Makes docs/errors.md from the catalogue of reasons, or checks that the committed one is up to date. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { reasons } from '../src/protocol/reasons.ts'

const FILE = join('docs', 'errors.md')

const HEAD = `# Errors

Every error, in the browser, on a server and over HTTP, has a \`code\` (what kind) and a \`reason\` (what exactly). Both are stable.
Over HTTP an error is a problem document (RFC 9457); its \`type\` is \`urn:connector-auth:reason:<reason>\`, \`requestId\` finds it in
the backend's log, and \`retryable\` says whether the same call may succeed later. In TypeScript it is a \`ConnectorAuthError\` with
the same fields. This page is made from the code.
`

/** Writes the page's text. */
export function makeErrorDocs(): string {
  const sections = Object.entries(reasons).map(([reason, { code, status, retryable, title, remedy }]) => {
    const facts = [
      `\`${code}\``,
      ...(status === undefined ? ['not over HTTP'] : [`HTTP ${status}`]),
      retryable ? 'retry helps' : 'a retry does not help',
    ]
    return `## ${reason}\n\n${title}. ${remedy}\n\n${facts.join(' · ')}\n`
  })
  return [HEAD, ...sections].join('\n')
}

if (import.meta.main) {
  const file = join(resolve(process.argv[3] ?? '.'), FILE)
  if (process.argv[2] === 'write') writeFileSync(file, makeErrorDocs())
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== makeErrorDocs()) {
    console.error(`${FILE} is out of date; run npm run errors.`)
    process.exitCode = 1
  }
}
