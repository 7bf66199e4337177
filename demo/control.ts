/** The demo's control routes: they set a scenario up, change what it says, and show what the servers hold.
 *
 * Whoever can reach them can break the demo, so they answer pages of this origin only.
 */

import { type Context, type Hono, type Next } from 'hono'
import { setCookie } from 'hono/cookie'
import { createAgent } from '../src/agent/index.ts'
import { catalogue } from '../src/server/index.ts'
import { version } from '../src/server/version.ts'
import type { AuthorizationServer } from './authorization-server/index.ts'
import type { DemoBackend } from './backend.ts'
import type { Port } from './outage.ts'
import { type PersonId, people } from './people.ts'
import { findScenario } from './scenarios/index.ts'
import type { Change } from './scenarios/scenario.ts'

/** What the routes act on. */
export interface Controlled {
  /** The app's origin. */
  readonly url: string
  readonly portalUrl: string
  /** The backend's API key, with which this host's server reads and ends connections. */
  readonly apiKey: string
  readonly backend: DemoBackend
  readonly authorizationServer: AuthorizationServer
  readonly port: Port
}

/** Mounts the control routes under `/demo`. */
export function mountControl(app: Hono, parts: Controlled): void {
  const { authorizationServer, backend, url, portalUrl } = parts
  let current: string | null = null
  // What another scenario asked of the token endpoint would be read as this one's.
  let seen = 0
  const forget = async () => {
    await reset(parts)
    seen = authorizationServer.calls.length
  }
  app.use('/demo/*', onlyFrom(url))
  app.get('/demo/state', (context) =>
    context.json({
      scenario: current,
      authorizationServer: authorizationServer.url,
      portal: portalUrl,
      version,
      connectors: Object.keys(catalogue).length,
    }),
  )
  app.get('/demo/backend', async (context) => context.json(await holdings(parts, seen)))
  app.post('/demo/set-up', async (context) => {
    const scenario = findScenario(await field(context, 'scenario'))
    if (!scenario) return context.json({ error: 'There is no such scenario.' }, 404)
    await forget()
    for (const change of scenario.changes ?? []) await make(parts, change)
    current = scenario.id
    signIn(context, 'ana')
    return context.json({ scenario: current })
  })
  app.post('/demo/act', async (context) => {
    const wanted = await field(context, 'act')
    const act = findScenario(current)?.acts?.find(({ id }) => id === wanted)
    if (!act) return context.json({ error: 'The scenario has no such act.' }, 404)
    for (const change of act.changes) await make(parts, change)
    return context.json({ running: backend.running })
  })
  app.post('/demo/reset', async (context) => {
    await forget()
    current = null
    return context.json({ scenario: null })
  })
}

/** Keeps the person in the app's own cookie. */
export function signIn(context: Context, person: PersonId): void {
  setCookie(context, 'demo_user', person, { httpOnly: true, sameSite: 'Lax', path: '/' })
}

/** A page of another site may neither read nor change anything, also not under a name that was made to resolve here. */
function onlyFrom(origin: string) {
  return async (context: Context, next: Next) => {
    const from = context.req.header('origin')
    const site = context.req.header('sec-fetch-site')
    const own = context.req.method === 'GET' && from === undefined ? site === 'same-origin' : from === origin
    if (!own || context.req.header('host') !== new URL(origin).host)
      return context.json({ error: 'Only a page of this origin may ask.' }, 403)
    await next()
  }
}

async function field(context: Context, name: string): Promise<string> {
  const body: unknown = await context.req.json().catch(() => undefined)
  return typeof body === 'object' && body !== null ? String(Reflect.get(body, name)) : ''
}

/** Everything as it was at the start: no fault, no connection, nobody signed in at the service. */
async function reset(parts: Controlled): Promise<void> {
  const { authorizationServer, backend } = parts
  authorizationServer.control.reset()
  await backend.start()
  await Promise.all(everybody.map((person) => disconnectAll(parts, person)))
}

const everybody: readonly PersonId[] = ['ana', 'ben']

async function disconnectAll(parts: Controlled, person: PersonId): Promise<void> {
  const agent = agentOf(parts, person)
  for (const { connectorId, connectionId } of await agent.connections())
    await agent.disconnect(connectorId, { connectionId })
}

async function make({ authorizationServer, backend, port }: Controlled, change: Change): Promise<void> {
  switch (change.kind) {
    case 'authorization_server':
      return authorizationServer.control.set(change.set)
    case 'revoke_grants':
      return authorizationServer.control.revokeGrants()
    case 'stop_backend':
      return backend.stop()
    case 'start_backend':
      return backend.start()
    case 'outage':
      return port.leave(change.seconds)
  }
}

/** What the backend holds for each person, and what it asked last of the authorization server since the set-up; no credential. */
async function holdings(parts: Controlled, seen: number) {
  const { backend, authorizationServer } = parts
  const tokenCalls = authorizationServer.calls.slice(seen).slice(-6)
  if (!backend.running) return { running: false, people: [], tokenCalls }
  const read = async (id: PersonId) => ({
    id,
    name: people[id],
    connections: await agentOf(parts, id).connections(),
  })
  return { running: true, people: await Promise.all(everybody.map(read)), tokenCalls }
}

/** The host's server as it uses the SDK; the calls stay in this process. */
function agentOf({ url, apiKey, backend }: Controlled, subject: PersonId) {
  const send: typeof fetch = (input, init) => backend.current.fetch(new Request(input, init))
  return createAgent({ baseUrl: `${url}/connector-auth`, apiKey, subject, fetch: send })
}
