/** What the element costs the main thread of a page in Chromium, also on a processor that is four times slower. */

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { inPage } from './element-page.ts'
import { busyBetween } from './main-thread.ts'

const dist = join(import.meta.dirname, '../dist')
const token = `cct_${'a'.repeat(32)}_${'0'.repeat(64)}`
/** The page's own start is not the list's. */
const REST_MILLISECONDS = 500
const typed = Array.from('service 01')

/** Milliseconds, by what was measured. */
type Times = Map<string, number[]>

/** Measures, and prints medians. Run `npm run build` first.
 *
 * @param rounds - a new page each.
 */
export async function measureElement(browser: Browser, rounds: number): Promise<void> {
  const host = await startHost()
  const context = await browser.newContext()
  await context.addInitScript(inPage)
  const rates = [1, 4] as const
  const times = new Map(rates.map((rate) => [rate, new Map<string, number[]>()]))
  try {
    // In turn, so that a noisy machine is noisy for both; what comes first warms the disk and is not counted.
    for (let round = -1; round < rounds; round++) {
      for (const [rate, taken] of times) {
        const page = await context.newPage()
        const session = await context.newCDPSession(page)
        await session.send('Emulation.setCPUThrottlingRate', { rate })
        await measureRound({ browser, page, url: host.url, taken: round < 0 ? new Map() : taken })
        await page.close()
      }
    }
  } finally {
    await context.close()
    host.close()
  }
  report(times, rounds)
}

interface Round {
  readonly browser: Browser
  readonly page: Page
  readonly url: string
  readonly taken: Times
}

const categories = ['blink.user_timing', 'toplevel']

async function measureRound(round: Round): Promise<void> {
  await measureWork(round)
  await measureClock(round)
}

/** The main thread's own time, by the browser's trace. */
async function measureWork({ browser, page, url, taken }: Round): Promise<void> {
  await browser.startTracing(page, { categories })
  await page.goto(`${url}floor`)
  await page.evaluate('painted')
  const floor = busyBetween(await browser.stopTracing(), 'defined', 'painted')
  note(taken, 'floor: a button written by hand, main thread', floor.busy)
  await browser.startTracing(page, { categories })
  await page.goto(url)
  await page.evaluate('painted')
  await page.waitForTimeout(REST_MILLISECONDS)
  await page.evaluate('openList()')
  const trace = await browser.stopTracing()
  const button = busyBetween(trace, 'defined', 'painted')
  note(taken, 'button: defined to interactive, main thread', button.busy)
  note(taken, 'button: … longest task', button.longest)
  const list = busyBetween(trace, 'opened', 'listed')
  note(taken, 'list of 200: opened to painted, main thread', list.busy)
  note(taken, 'list of 200: … longest task', list.longest)
}

/** What a person waits for; without a trace, whose writing takes time. */
async function measureClock({ page, url, taken }: Round): Promise<void> {
  const between = (from: string, to: string) => page.evaluate<number>(`between('${from}', '${to}')`)
  await page.goto(`${url}floor`)
  await page.evaluate('painted')
  note(taken, 'floor: a button written by hand, by the clock', await between('defined', 'painted'))
  await page.goto(url)
  await page.evaluate('painted')
  note(taken, 'button: defined to interactive, by the clock', await between('defined', 'painted'))
  await page.waitForTimeout(REST_MILLISECONDS)
  note(taken, 'a frame in which nothing happens, by the clock', await page.evaluate<number>('frame()'))
  await page.evaluate('openList()')
  note(taken, 'list of 200: opened to painted, by the clock', await between('opened', 'listed'))
  note(taken, 'list of 200: answer to painted, by the clock', await page.evaluate<number>('sinceAnswer()'))
  await page.locator('#list').locator('input').focus()
  for (const key of [...typed, ...typed.map(() => 'Backspace')]) {
    const before = await page.evaluate<number>('keys.length')
    await page.keyboard.press(key)
    await page.waitForFunction(`keys.length > ${before}`)
  }
  for (const milliseconds of await page.evaluate<number[]>('keys'))
    note(taken, 'search: key to painted, by the clock', milliseconds)
}

function note(taken: Times, name: string, milliseconds: number): void {
  taken.set(name, [...(taken.get(name) ?? []), milliseconds])
}

function report(times: ReadonlyMap<number, Times>, rounds: number): void {
  console.log(`\nthe element, ${rounds} pages each, medians (p95) in ms, by how much slower the processor is made`)
  const [normal, slow] = [times.get(1), times.get(4)]
  for (const [name, taken] of normal ?? [])
    console.log(`  ${name.padEnd(50)}${told(taken)} ${told(slow?.get(name) ?? [])}`)
  console.log(`  ${''.padEnd(50)}${'1 ×'.padStart(16)} ${'4 ×'.padStart(16)}`)
}

function told(taken: readonly number[]): string {
  const sorted = taken.toSorted((one, other) => one - other)
  const at = (part: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN).toFixed(1)
  return `${at(0.5)} (${at(0.95)})`.padStart(16)
}

/** The least that a button can do which asks how things stand: no states, no texts, no parts. */
const handWritten = `customElements.define('connector-auth', class extends HTMLElement {
  async connectedCallback() {
    const root = this.attachShadow({ mode: 'open' })
    root.innerHTML = '<style>:host { display: block } div { display: flex; padding: 12px; border: 1px solid }</style>' +
      '<div><b>Service</b><p>Loading</p><button disabled>Connect</button></div>'
    const [{ connectors }] = await Promise.all(
      ['connectors', 'connections'].map(async (name) => (await fetch('/one/api/v1/' + name)).json()))
    root.querySelector('b').textContent = connectors[0].name
    root.querySelector('p').textContent = 'Not connected'
    root.querySelector('button').disabled = false
    this.dispatchEvent(Object.assign(new Event('connector-auth-status-change', { bubbles: true }), { status: 'idle' }))
  }
})`

/** A page with a button, the built files, and a backend that knows 200 connectors and answers at once. */
async function startHost() {
  const connectors = Array.from({ length: 200 }, (_, index) => ({
    id: `service-${index}`,
    name: `Service ${String(index).padStart(3, '0')}`,
    category: ['files', 'crm', 'chat', 'mail', 'code'][index % 5],
    method: 'oauth2',
    reach: 'direct',
    apiOrigins: ['https://api.example'],
    scopes: { default: ['read'], required: [], optional: [] },
    icon: {
      viewBox: '0 0 24 24',
      paths: [{ d: 'M7 19a5 5 0 0 1-.6-9.96 6 6 0 0 1 11.54 1.46A4.3 4.3 0 0 1 17.5 19Z', fill: '#5b5bd6' }],
    },
  }))
  const answers: Readonly<Record<string, object>> = {
    '/one/api/v1/connectors': { connectors: connectors.slice(0, 1) },
    '/many/api/v1/connectors': { connectors },
    '/one/api/v1/connections': { connections: [] },
    '/many/api/v1/connections': { connections: [] },
  }
  const attributes = `base-url="/one" auth-token="${token}"`
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,"><title>Bench</title>
<body><connector-auth ${attributes} connector-id="service-0"></connector-auth>
<script type="module" src="/connector-auth.min.js"></script></body></html>`
  const byHand = page.replace(/<script.*script>/, `<script type="module">${handWritten}</script>`)
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://x')
    const name = basename(pathname)
    const answer = answers[pathname]
    const send = (type: string, text: string) => void response.setHeader('content-type', type).end(text)
    if (answer) return send('application/json', JSON.stringify(answer))
    if (/^connector-auth\.[\w.]*js$/.test(name)) return send('text/javascript', readFileSync(join(dist, name), 'utf8'))
    return send('text/html', pathname === '/floor' ? byHand : page)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://localhost:${port}/`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
