/** The client beside others at the same server, in Chromium: reads of a token, and a click until there is one. */

import { type BrowserContext, type Page, launch } from 'puppeteer-core'
import { chromiumFlags, findChromium } from '../tools/chromium.ts'
import { type Host, startHost } from './peers/host.ts'

type Times = Readonly<Record<string, readonly number[]>>

const loads = Number(process.argv[3] ?? 30)

const host = await startHost()
const browser = await launch({ executablePath: findChromium(), args: [...chromiumFlags] })
try {
  const context = await browser.createBrowserContext()
  report('Warm read, µs a call', await warmReads(context, host))
  report('Click to token, ms', await clicks(host))
} finally {
  await browser.close()
  await host.close()
}

/** Connects this browser, and reads. */
async function warmReads(context: BrowserContext, { url }: Host): Promise<Times> {
  const page = await context.newPage()
  await page.goto(`${url}/warm/ana`)
  await page.waitForFunction('globalThis.prepared')
  for (const count of [1, 2, 3, 4, 5]) {
    await page.click('button')
    await page.waitForFunction(`globalThis.connected === ${count}`)
  }
  const times: unknown = await page.evaluate('warm()')
  await page.close()
  return Object.fromEntries(Object.entries(Object(times)).map(([name, list]) => [name, numbers(list)]))
}

async function clicks({ url }: Host): Promise<Times> {
  const rows = {
    'floor: the same by hand': 'click-floor',
    'connector-auth connect': 'click-ours',
    'auth0-spa-js loginWithPopup (one hop fewer)': 'click-auth0',
    'oidc-client-ts signinPopup (one hop fewer)': 'click-oidc',
    'msal-browser loginPopup (one hop fewer)': 'click-msal',
  }
  let count = 0
  return interleave(rows, async (name) => {
    const context = await browser.createBrowserContext()
    const page = await context.newPage()
    await page.goto(`${url}/${name}/person-${(count += 1)}`)
    const took = await clickThrough(page)
    await context.close()
    return took
  })
}

async function clickThrough(page: Page): Promise<number> {
  await page.waitForFunction('globalThis.prepared')
  await page.click('button')
  return readNumber(page, 'took')
}

async function readNumber(page: Page, name: string): Promise<number> {
  const handle = await page.waitForFunction(`globalThis.${name}`, { polling: 20 })
  return Number(await handle.jsonValue())
}

/** Measures each row in turn, so that what else the machine does falls on all. */
async function interleave(
  rows: Readonly<Record<string, string>>,
  measure: (value: string) => Promise<number>,
): Promise<Times> {
  const times: Record<string, number[]> = {}
  for (let load = 0; load < loads; load += 1)
    for (const [name, value] of Object.entries(rows)) (times[name] ??= []).push(await measure(value))
  return times
}

function report(title: string, times: Times): void {
  console.log(`\n| ${title} | median | p25–p75 | p95 | × the first |\n|---|---:|---:|---:|---:|`)
  const [first = []] = Object.values(times)
  for (const [name, list] of Object.entries(times)) {
    const [low, middle, high, highest] = [0.25, 0.5, 0.75, 0.95].map((part) => quantile(list, part))
    const ratio = (middle ?? 0) / quantile(first, 0.5)
    console.log(`| ${name} | ${show(middle)} | ${show(low)}–${show(high)} | ${show(highest)} | ${ratio.toFixed(2)} |`)
  }
}

function show(value = 0): string {
  return value.toFixed(value < 10 ? 2 : 0)
}

function quantile(list: readonly number[], part: number): number {
  const sorted = list.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}

function numbers(value: unknown): number[] {
  return Array.isArray(value) ? value.map(Number) : []
}
