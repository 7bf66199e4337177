/** A person's way through an example: built and type-checked, served, connected, used. */

import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { chromium } from 'playwright-core'
import { startExample } from '../../examples/run.ts'
import { npmRun } from '../../tools/npm-run.ts'
import { chromiumFlags, findChromium } from '../../tools/chromium.ts'
import { freePort } from '../support/free-port.ts'

const folder = (name: string) => join(import.meta.dirname, '../../examples', name)

/** Builds an example: its types are part of it. */
export function buildExample(name: string): void {
  const { ok, output } = npmRun({ root: folder(name), script: 'build', capture: true })
  assert.ok(ok, output)
}

export interface WalkOptions {
  /** Whether the page's answer has the element in it, before any script ran. */
  readonly rendered?: boolean
}

/** Connects an account in a running example, and lets the page use it.
 *
 * @returns What the browser's console complained of.
 */
export async function walk(
  t: TestContext,
  name: string,
  { rendered = false }: WalkOptions = {},
): Promise<readonly string[]> {
  const port = await freePort()
  const example = await startExample(name, { port, authorizationServerPort: 0 })
  const browser = await chromium.launch({ executablePath: findChromium(), args: [...chromiumFlags] })
  t.after(async () => {
    await browser.close()
    await example.close()
  })
  const page = await browser.newPage()
  page.setDefaultTimeout(15_000)
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => void complaints.push(String(error)))
  const written = await (await fetch(example.url)).text()
  if (rendered) assert.match(written, /<connector-auth [^>]*connector-id="acme"/, 'a server wrote the tag')
  await page.goto(example.url)
  const [popup] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('button', { name: 'Connect Acme Cloud' }).click(),
  ])
  await popup.getByTestId('login-alice').click()
  await popup.getByTestId('consent-allow').click()
  await page.getByText('Connected as alice@example.com').waitFor()
  await page.getByText('Connected just now.').waitFor()
  await page.getByRole('button', { name: 'Who am I?' }).click()
  await page.getByRole('status').getByText('alice@example.com', { exact: true }).waitFor()
  return complaints
}
