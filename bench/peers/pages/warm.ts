/** Connects with each at a click, then reads the token again and again, from ours and from the floors in turn. */

import { client, connect } from './client.ts'
import { openFloor, readFloor, writeFloor } from './floor-store.ts'
import {
  auth0,
  auth0Token,
  msalToken,
  oidc,
  oidcToken,
  prepareMsal,
  readMsal,
  supabase,
  supabaseToken,
} from './peers.ts'

const batchMilliseconds = 40
const batches = 25

async function microsecondsOf(read: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  let calls = 0
  // The clock is read every few calls: it is not what is measured.
  do {
    for (let index = 0; index < 20; index += 1) await read()
    calls += 20
  } while (performance.now() - begin < batchMilliseconds)
  return ((performance.now() - begin) * 1_000) / calls
}

async function warm(): Promise<Record<string, number[]>> {
  const token = await client.getAccessToken('acme')
  const map = new Map([['acme', token]])
  const database = await openFloor()
  await writeFloor(database, token)
  const rows: Readonly<Record<string, () => Promise<unknown>>> = {
    'floor: Map and an async function': async () => map.get('acme'),
    'floor: IndexedDB, open': () => readFloor(database),
    'connector-auth getAccessToken': () => client.getAccessToken('acme'),
    'auth0-spa-js getTokenSilently, memory': () => auth0.getTokenSilently(),
    'oidc-client-ts getUser, localStorage': () => oidc.getUser(),
    'msal-browser acquireTokenSilent, memory': readMsal,
    'supabase auth-js getSession, localStorage': () => supabase.getSession(),
  }
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(rows).map((name) => [name, []]))
  for (let batch = 0; batch < batches; batch += 1)
    for (const [name, read] of Object.entries(rows).toSorted(() => Math.random() - 0.5))
      times[name]?.push(await microsecondsOf(read))
  return times
}

// One at a time: a click opens one window.
const ways = [connect, auth0Token, oidcToken, msalToken, supabaseToken]
let count = 0
document.querySelector('button')?.addEventListener('click', () => {
  void ways[count]?.().then(() => Object.assign(globalThis, { connected: (count += 1) }))
})
await Promise.all([client.prepare({ connectorId: 'acme' }), prepareMsal()])
Object.assign(globalThis, { warm, prepared: true })
