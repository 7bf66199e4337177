/** Makes docs/connectors.md from the catalogue, or checks that the committed one is up to date. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type ConnectorRecord, type OAuthConnector, catalogue } from '../src/server/index.ts'

const FILE = join('docs', 'connectors.md')

const HEAD = (count: number) => `# Connectors

${count} connectors come with the package. Each is a record: data from the service's public documentation, with the pages that were read and the
day they were read. None was tried against the live service, except where it says so. [connector-records.md](connector-records.md) describes the
record, and how to add your own. \`connector-auth connectors show <id>\` prints the redirect URI to register for your installation. This page is
made from the code.

- **direct**: the API answers cross-origin calls, so a page may hold the token. **proxy**: calls go through the backend.
- **no PKCE**: the service breaks on PKCE or is known not to check it; state and the redirect URI then carry the whole weight.
- **new each time**, **sometimes new**, **stays**, **none**: what a refresh does to the refresh token.
`

const rotations = { always: 'new each time', sometimes: 'sometimes new', never: 'stays', none: 'none' }

/** Writes the page's text. */
export function makeConnectorDocs(): string {
  const records: readonly ConnectorRecord[] = Object.values(catalogue)
  const categories = [...new Set(records.map(({ category }) => category))].toSorted()
  const sections = categories.map((category) => {
    const own = records.filter((record) => record.category === category)
    return `## ${category}\n\n${own.map(entryOf).join('\n\n')}\n`
  })
  return [HEAD(records.length), ...sections].join('\n')
}

function entryOf(record: ConnectorRecord): string {
  const facts = [record.method, record.reach, ...(record.method === 'oauth2' ? oauthFacts(record) : [])]
  const asks = record.inputs
    ?.filter(({ hidden }) => !hidden)
    .map(({ label, optional }) => (optional ? `${label} (optional)` : label))
  const lines = [
    `### ${record.name}`,
    `\`${record.id}\` · ${facts.join(' · ')} · ${record.checked}`,
    ...(record.method === 'oauth2' ? scopeLines(record) : []),
    ...(asks?.length ? [`Asks for: ${asks.join(', ')}`] : []),
    `${record.clientPage ? `[Register](${record.clientPage}) · ` : ''}${record.sources.map((url, index) => `[source${index > 0 ? ` ${index + 1}` : ''}](${url})`).join(' · ')}`,
  ]
  return lines.join('\n\n')
}

function oauthFacts({ authorize, refresh, revoke, discovery }: OAuthConnector): readonly string[] {
  return [
    ...(authorize.pkce === false ? ['no PKCE'] : []),
    ...(refresh?.rotation ? [`refresh token: ${rotations[refresh.rotation]}`] : []),
    ...(revoke || discovery ? ['revocable'] : []),
  ]
}

function scopeLines({ authorize }: OAuthConnector): readonly string[] {
  const { default: usual = [], required = [], optional = [] } = authorize.scope ?? {}
  const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(' ')
  return [
    ...(usual.length + required.length > 0 ? [`Scopes: ${code([...new Set([...required, ...usual])])}`] : []),
    ...(optional.length > 0 ? [`On request: ${code(optional)}`] : []),
  ]
}

if (import.meta.main) {
  const file = join(resolve(process.argv[3] ?? '.'), FILE)
  if (process.argv[2] === 'write') writeFileSync(file, makeConnectorDocs())
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== makeConnectorDocs()) {
    console.error(`${FILE} is out of date; run npm run connectors.`)
    process.exitCode = 1
  }
}
