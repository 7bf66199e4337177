/** Makes docs/demo.md from the demo's scenarios, or checks that the committed one is up to date. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { scenarios } from '../demo/scenarios/index.ts'
import { type Group, type Scenario, groups } from '../demo/scenarios/scenario.ts'

const FILE = join('docs', 'demo.md')

const HEAD = `# The demo

\`npm start\` prints one URL: a host app with the backend mounted in it, a real authorization server on another site of this computer, and a panel
of scenarios. This page is made from the same data as the panel and the journeys of \`test/journeys/scenarios.test.ts\`, which press the same
buttons.

- **Set up** resets the servers, makes the scenario's fault in them, forgets every connection and record, and loads the page anew. Nothing is
  pretended: a backend that is down is closed, a page that isolates itself is sent with that header, a frame stands on another site.
- **The log goes along** when the tab goes to a service and comes back, or is loaded anew; Set up and Clear begin a new one.
- **A link names a scenario**: \`http://localhost:4100/#scenario=denied\`. It chooses; only the button sets up.
- **Copy report** gives scenario, link, versions, browser and events for a bug tracker. There is no credential in it.
- **Reset everything** ends every fault, connection and record.
- The demo knows one person at a time at the keyboard: two browsers at one demo set each other's scenario up. A
  tab is told when another one of its browser has.
- Its control routes answer pages of its own origin only, and every port listens on loopback. They are not part of the package.
- Ports: 4100 the app, 4101 the authorization server, 4102 the portal with the frame; \`PORT\`, \`AUTHORIZATION_SERVER_PORT\`, \`PORTAL_PORT\`.
- Forty made-up connectors can really be connected: the OAuth ones with an Acme account, the others with the keys that their forms name.
`

/** Writes the page's text. */
export function makeScenarioDocs(): string {
  const present = [...new Set(scenarios.map(({ group }) => group))]
  return [HEAD, ...present.map(sectionOf)].join('\n')
}

function sectionOf(group: Group): string {
  const rows = scenarios.filter((scenario) => scenario.group === group).map(rowOf)
  return `## ${groups[group]}\n\n| scenario | what you do | what should happen |\n|---|---|---|\n${rows.join('\n')}\n`
}

function rowOf({ id, title, steps, expect }: Scenario): string {
  return `| **${title}** \`${id}\` | ${steps.join(' ')} | ${expect.join(' ')} |`
}

if (import.meta.main) {
  const file = join(resolve(process.argv[3] ?? '.'), FILE)
  if (process.argv[2] === 'write') writeFileSync(file, makeScenarioDocs())
  else if (!existsSync(file) || readFileSync(file, 'utf8') !== makeScenarioDocs()) {
    console.error(`${FILE} is out of date; run npm run scenarios.`)
    process.exitCode = 1
  }
}
