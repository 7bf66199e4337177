/**
 * Reads of a token in a real browser against floors, in one run: an in-memory map, and IndexedDB opened by an inline script.
 *
 * And what the element costs the page that shows it. Rows alternate, so that a noisy machine is noisy for all; medians are
 * told. Run `npm run build` first.
 */

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Page, chromium } from 'playwright-core'
import { build } from 'vite'
import { chromiumFlags, findChromium } from '../tools/chromium.ts'
import { measureElement } from './element.ts'

const [loads = 20, batches = 25, rounds = 15] = process.argv.slice(2).map(Number).filter(Number.isFinite)
const token = `cct_${'a'.repeat(32)}_${'0'.repeat(64)}`
const credentials = {
  connectionId: 'default',
  accessToken: 'x'.repeat(100),
  tokenType: 'Bearer',
  expiresInSeconds: 3_600,
  scopes: [],
  extra: {},
}

const open = `new Promise((resolve) => { const r = indexedDB.open('floor', 1)
  r.onupgradeneeded = () => r.result.createObjectStore('s'); r.onsuccess = () => resolve(r.result) })`
const get = `new Promise((resolve) => { const r = db.transaction('s').objectStore('s').get('token'); r.onsuccess = () => resolve(r.result) })`
const options = `{ baseUrl: '/b', authToken: '${token}' }`
/** Page scripts that set `took`, in milliseconds from their own start. */
const rows: Readonly<Record<string, { readonly early?: string; readonly script: string; readonly preload?: boolean }>> =
  {
    'a module that reads nothing': {
      script: 'const start = performance.now(); globalThis.took = performance.now() - start',
    },
    'IndexedDB opened by an inline script': {
      early: `globalThis.opening = ${open}`,
      script: `const start = performance.now(); const db = await globalThis.opening; await ${get}; globalThis.took = performance.now() - start`,
    },
    'raw IndexedDB open and get': {
      script: `const start = performance.now(); const db = await ${open}; await ${get}; globalThis.took = performance.now() - start`,
    },
    'inline script, beside our bundle': {
      early: `globalThis.opening = ${open}`,
      script: `import '/client.js'; const start = performance.now(); const db = await globalThis.opening; await ${get}; globalThis.took = performance.now() - start`,
    },
    'raw, beside our bundle': {
      script: `import '/client.js'; const start = performance.now(); const db = await ${open}; await ${get}; globalThis.took = performance.now() - start`,
    },
    getAccessToken: {
      script: `import { createClient } from '/client.js'; const start = performance.now()
await createClient(${options}).getAccessToken('demo'); globalThis.took = performance.now() - start`,
    },
    'getAccessToken, parts preloaded': {
      preload: true,
      script: `import { createClient } from '/client.js'; const start = performance.now()
await createClient(${options}).getAccessToken('demo'); globalThis.took = performance.now() - start`,
    },
    'getAccessToken, connect token fetched': {
      script: `import { createClient } from '/client.js'; const start = performance.now()
await createClient({ baseUrl: '/b', tokenUrl: '/t' }).getAccessToken('demo'); globalThis.took = performance.now() - start`,
    },
  }

const files = await bundle()
const parts = [...files.keys()].filter((name) => !/^(client|connecting|seldom)/.test(name))
let reads = 0
const server = createServer((request, response) => {
  const path = request.url ?? '/'
  const send = (type: string, text: string) => response.setHeader('content-type', type).end(text)
  const file = files.get(path.slice(1))
  if (file !== undefined) return send('text/javascript', file)
  if (path === '/t') return send('application/json', JSON.stringify({ token, expiresInSeconds: 900 }))
  if (path.startsWith('/b/')) {
    reads++
    return send('application/json', JSON.stringify(path.endsWith('credentials') ? credentials : { connectors: [] }))
  }
  const row = rows[decodeURIComponent(path.slice(1))]
  const early = row?.early ? `<script>${row.early}</script>` : ''
  const preloads = row?.preload ? parts.map((name) => `<link rel="modulepreload" href="/${name}">`).join('') : ''
  return send('text/html', `<!doctype html>${early}${preloads}<script type="module">${row?.script ?? ''}</script>`)
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const origin = `http://localhost:${(server.address() as AddressInfo).port}`
const browser = await chromium.launch({ executablePath: findChromium(), args: [...chromiumFlags] })
try {
  const page = await (await browser.newContext()).newPage()
  await page.goto(`${origin}/`)
  await page.evaluate(`(async () => { const db = await ${open}
    await new Promise((resolve) => { const t = db.transaction('s', 'readwrite'); t.objectStore('s').put('${'x'.repeat(100)}', 'token'); t.oncomplete = resolve })
    const { createClient } = await import('/client.js'); const client = createClient(${options})
    await client.getAccessToken('demo'); await new Promise((resolve) => setTimeout(resolve, 500)); client.close() })()`)
  await warm(page)
  await cold(page)
  await measureElement(browser, rounds)
} finally {
  await browser.close()
  server.closeAllConnections()
  server.close()
}

async function warm(page: Page): Promise<void> {
  const before = reads
  const [map, ours, touched] = await page.evaluate(
    async ([count, given]) => {
      const { createClient } = (await import('/client.js' as string)) as {
        createClient(options: object): { getAccessToken(id: string): Promise<string> }
      }
      const client = createClient({ baseUrl: '/b', authToken: given })
      await client.getAccessToken('demo')
      const held = new Map([['demo', { accessToken: 'x' }]])
      const floor = async (id: string) => held.get(id)?.accessToken
      const { transaction } = IDBDatabase.prototype
      let transactions = 0
      IDBDatabase.prototype.transaction = function (...parameters) {
        transactions++
        return transaction.apply(this, parameters)
      }
      const batch = async (read: (id: string) => Promise<unknown>) => {
        const begin = performance.now()
        for (let turn = 0; turn < 50_000; turn++) await read('demo')
        return ((performance.now() - begin) / 50_000) * 1_000
      }
      const times: [number[], number[]] = [[], []]
      for (let turn = 0; turn < count; turn++) {
        times[0].push(await batch(floor))
        times[1].push(await batch((id) => client.getAccessToken(id)))
      }
      IDBDatabase.prototype.transaction = transaction
      return [...times, transactions] as const
    },
    [batches, token] as const,
  )
  const [floor, read] = [median(map), median(ours)]
  console.log(`warm read, ${batches} batches of 50,000, medians`)
  console.log(`  map and async function    ${floor.toFixed(3)} µs`)
  console.log(`  getAccessToken            ${read.toFixed(3)} µs   ${(read / floor).toFixed(1)} × the map`)
  console.log(`  ${touched} transactions of IndexedDB, ${reads - before} requests to the backend\n`)
}

async function cold(page: Page): Promise<void> {
  const before = reads
  const times = new Map<string, number[]>(Object.keys(rows).map((name) => [name, []]))
  for (let load = 0; load < loads; load++) {
    for (const [name, taken] of times) {
      await page.goto(`${origin}/${encodeURIComponent(name)}`)
      const took = await page.waitForFunction('globalThis.took !== undefined && [globalThis.took]')
      taken.push(Number(await took.jsonValue()))
    }
  }
  const floor = median(times.get('IndexedDB opened by an inline script') ?? [])
  console.log(`cold read, script start to token, ${loads} loads, medians`)
  for (const [name, taken] of times)
    console.log(
      `  ${name.padEnd(40)}${median(taken).toFixed(2).padStart(8)} ms   ${(median(taken) / floor).toFixed(2)} ×`,
    )
  console.log(`  ${reads - before} requests to the backend`)
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** The browser core as a host's bundler makes it. */
async function bundle(): Promise<ReadonlyMap<string, string>> {
  const root = join(import.meta.dirname, '..')
  const entry = join(root, 'dist/client/index.js')
  const result = await build({
    root,
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      modulePreload: false,
      target: 'es2022',
      lib: { entry, formats: ['es'], fileName: () => 'client.js' },
      rolldownOptions: { output: { minify: true } },
    },
  })
  const outputs = [result].flat().flatMap((one) => ('output' in one ? one.output : []))
  return new Map(outputs.flatMap((one) => (one.type === 'chunk' ? [[one.fileName, one.code] as const] : [])))
}
