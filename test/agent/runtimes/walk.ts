/** What an agent does, with nothing but what every runtime has: the same file runs on Node, Deno, Bun and in workers. */

import { FastnAuth, createAgent, createClientSession } from '../../../src/agent/index.ts'

export interface Setting {
  readonly baseUrl: string
  readonly apiKey: string
  /** A service that answers `/token` with a token, `/items` with two pages, and `/moved` with a redirect to them. */
  readonly service: string
}

/** Walks, and tells what happened. */
export async function walk({ baseUrl, apiKey, service }: Setting): Promise<unknown> {
  const agent = createAgent({ baseUrl, apiKey, subject: 'ana' })
  const first = await agent.getAccessToken('fake')
  const renewed = await agent.getCredentials('fake', { forceRefresh: true })
  const session = await agent.initialize('fake')
  const client = createClientSession({
    tokenUrl: `${service}/token`,
    clientId: 'me',
    clientSecret: 'secret',
    apiOrigins: [service],
  })
  const items: unknown[] = []
  for await (const { body } of client.pages('/items')) items.push(body)
  const stranger = createAgent({ baseUrl, apiKey, subject: 'nobody' })
  const moved = createAgent({ baseUrl: `${service}/moved`, apiKey, subject: 'ana', retry: false })
  const nowhere = createAgent({ baseUrl: 'http://127.0.0.1:9', apiKey, subject: 'ana', retry: false })
  const gone = createAgent({ baseUrl, apiKey, subject: 'ana', signal: AbortSignal.abort(new Error('ended')) })
  const fastn = new FastnAuth({ baseUrl, spaceId: 'default', apiKey })
  return {
    renewed: first !== '' && renewed !== null && 'accessToken' in renewed && renewed.accessToken !== first,
    called: (await agent.connectorFetch('fake', '/userinfo')).status,
    elsewhere: await reasonOf(agent.connectorFetch('fake', 'https://elsewhere.example/')),
    authorize: URL.canParse(session.redirectUrl),
    wait: await reasonOf(session.waitForCompletion({ intervalSeconds: 1, timeoutSeconds: 0.2 })),
    items,
    redirect: (await client.fetch('/moved/items')).status,
    absent: await stranger.getCredentials('fake'),
    required: await reasonOf(stranger.connectorFetch('fake', '/userinfo')),
    moved: await reasonOf(moved.getCredentials('fake')),
    nowhere: await reasonOf(nowhere.getCredentials('fake')),
    ended: await gone.getCredentials('fake').catch((error: unknown) => String(error)),
    fastn: await reasonOf(fastn.getCredentials({ connectorId: 'nope', tenantId: 'acme' })),
    disconnected: await agent.disconnect('fake'),
  }
}

const reasonOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: unknown) => Reflect.get(Object(error), 'reason') ?? String(error),
  )
