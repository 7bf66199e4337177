/** The parts of the script-tag build run in no engine unless they are the files that the build wrote. */

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { type StaticHost, readIntegrity, startStaticHost } from '../support/static-host.ts'
import { type Engine, type EngineName, type Tab, click, until } from './engine.ts'
import { type Screen, startScreen } from './screen.ts'
import { startEngine } from './start-engine.ts'

const FIRST = 'connector-auth.min.js'
const LATER = 'connector-auth.later.min.js'

type Tampering = (code: string) => string

/** A place's files, until the test heals it. */
interface Setting {
  readonly tamper?: Tampering
  readonly file?: string
  /** The files stand on another site. */
  readonly cdn?: boolean
  /** What `script-src` allows. */
  readonly scripts?: (cdn: string) => string
  /** Attributes of the script tag. */
  readonly tag?: string
  readonly query?: string
  /** The page's language; English where absent. */
  readonly lang?: string
  /** The page has the browser fetch `later` before it is asked for. */
  readonly preload?: boolean
  /** A backend answers, and its connector asks for a key. */
  readonly asks?: boolean
}

interface Visit {
  readonly tab: Tab
  /** Where the files come from. */
  readonly files: StaticHost
  heal(): void
}

const oneByte: Tampering = (code) => code.replace('Disconnect', 'Disconnecd')
const oneStatement: Tampering = (code) => `globalThis.robbed = true;${code}`

/** What a backend says of a connector that asks for a key. */
const connector = {
  id: 'acme',
  name: 'Acme Cloud',
  category: 'files',
  method: 'api_key',
  reach: 'proxy',
  apiOrigins: [],
  scopes: { default: [], required: [], optional: [] },
  asks: true,
  inputs: [{ name: 'apiKey', label: 'API key', secret: true }],
}
const answers = {
  '/connector-auth/api/v1/connectors': JSON.stringify({ connectors: [connector] }),
  '/connector-auth/api/v1/connections': JSON.stringify({ connections: [] }),
}
const token = `cct_${'a'.repeat(32)}_${'0'.repeat(64)}`

const watch = `globalThis.seen = []
document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => seen.push('violation ' + violatedDirective))
addEventListener('error', ({ message }) => seen.push('error ' + message))
addEventListener('unhandledrejection', ({ reason }) => seen.push('rejection ' + reason))`

const report = { css: '[part=report]', text: 'token_source_failed' }
const message = { css: '[part=message]', text: 'A part of this page could not be loaded' }
const again = { css: 'button:enabled', text: 'Try again' }

for (const name of ['chromium', 'firefox', 'webkit'] as const)
  describe(name, () => {
    let screen: Screen
    let engine: Engine
    before(async () => {
      screen = await startScreen()
      engine = await startEngine(name, screen)
    })
    after(async () => {
      await engine.close()
      await screen.close()
    })
    declare(name, (setting, act) => visit(engine, setting, act))
  })

function declare(name: EngineName, enter: (setting: Setting, act: (visit: Visit) => Promise<void>) => Promise<void>) {
  test(`${name}: the files as they were built run, each asked for once`, () =>
    enter({}, async ({ tab, files }) => {
      // Of the card that only a loaded part can show: the page has nobody who mints.
      await until('the failed card', () => tab.textOf(report))
      assert.deepEqual(await seen(tab), [])
      assert.deepEqual(filesAsked(files), [FIRST, LATER])
      assert.equal(await tab.evaluate(() => document.querySelectorAll('head script').length), 2, 'no element is left')
    }))

  for (const [what, tamper] of [
    ['one byte of a part is another', oneByte],
    ['a statement was added to a part', oneStatement],
  ] as const)
    test(`${name}: ${what}, so it does not run, the card says so, and the healed file runs at the next press`, () =>
      enter({ tamper }, async ({ tab, heal }) => {
        await until('the card', () => tab.textOf(message))
        const outcome = await tab.evaluate(async () => {
          const { status, reason } = await Reflect.get(document.querySelector('connector-auth') ?? {}, 'connect').call(
            document.querySelector('connector-auth'),
          )
          return `${status} ${reason}`
        })
        assert.equal(outcome, 'failed part_unavailable')
        assert.equal(await tab.evaluate(() => Reflect.has(globalThis, 'robbed')), false)
        heal()
        await click(tab, again)
        await until('the failed card', () => tab.textOf(report))
        assert.equal(await tab.evaluate(() => Reflect.has(globalThis, 'robbed')), false)
        assert.deepEqual(await seen(tab), [])
      }))

  test(`${name}: the first file with another byte defines no element`, () =>
    enter({ file: FIRST, tamper: (code) => `${code} ` }, async ({ tab, files }) => {
      await until('the request', async () => filesAsked(files).includes(FIRST))
      await tab.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)))
      assert.equal(await tab.evaluate(() => customElements.get('connector-auth') === undefined), true)
    }))

  test(`${name}: from another site the parts run, and a tampered one does not`, async () => {
    const setting: Setting = { cdn: true, scripts: (cdn) => `'self' ${cdn}` }
    await enter(setting, async ({ tab, files }) => {
      await until('the failed card', () => tab.textOf(report))
      assert.deepEqual(filesAsked(files), [FIRST, LATER])
      assert.deepEqual(await seen(tab), [])
    })
    await enter({ ...setting, tamper: oneStatement }, async ({ tab }) => {
      await until('the card', () => tab.textOf(message))
      assert.equal(await tab.evaluate(() => Reflect.has(globalThis, 'robbed')), false)
    })
  })

  for (const scripts of ["'nonce-r4nd0m'", "'nonce-r4nd0m' 'strict-dynamic'"])
    test(`${name}: under script-src ${scripts} the parts run`, () =>
      enter({ scripts: () => scripts, tag: 'nonce="r4nd0m"' }, async ({ tab }) => {
        await until('the failed card', () => tab.textOf(report))
        assert.deepEqual(await seen(tab), [])
      }))

  test(`${name}: a language runs as it was built; one that was tampered with leaves English until it is healed and said anew`, async () => {
    const setting: Setting = { lang: 'de', file: 'connector-auth.de.min.js' }
    await enter(setting, async ({ tab, files }) => {
      await until('German', () => tab.textOf({ ...again, text: 'Erneut versuchen' }))
      assert.equal(filesAsked(files).length, 3)
      assert.deepEqual(await seen(tab), [])
    })
    await enter({ ...setting, tamper: oneStatement }, async ({ tab, files, heal }) => {
      await until('the part', async () => filesAsked(files).includes('connector-auth.de.min.js'))
      await until('English', () => tab.textOf(again))
      heal()
      await tab.evaluate(() => document.querySelector('connector-auth')?.setAttribute('lang', 'de-AT'))
      await until('German', () => tab.textOf({ ...again, text: 'Erneut versuchen' }))
      assert.equal(await tab.evaluate(() => Reflect.has(globalThis, 'robbed')), false)
    })
  })

  test(`${name}: a form that was tampered with does not run, the card says so and tries again, and what is as it was built asks`, () =>
    enter({ asks: true, file: 'connector-auth.form.min.js', tamper: oneStatement }, async ({ tab, heal }) => {
      const connect = { css: 'button:enabled', text: 'Connect' }
      await until('the button', () => tab.textOf(connect))
      await click(tab, connect)
      await until('the card', () => tab.textOf({ ...message, text: 'The form could not be loaded.' }))
      const status = await tab.evaluate(() => Reflect.get(document.querySelector('connector-auth') ?? {}, 'status'))
      assert.equal(status, 'entering', 'the attempt goes on')
      assert.equal(await tab.evaluate(() => Reflect.has(globalThis, 'robbed')), false)
      heal()
      await click(tab, again)
      await until('the form', () => tab.textOf({ css: '[part~=label]', text: 'API key' }))
      assert.deepEqual(await seen(tab), [])
    }))

  test(`${name}: a part that was preloaded is checked like any other`, async () => {
    await enter({ preload: true }, async ({ tab, files }) => {
      await until('the failed card', () => tab.textOf(report))
      if (name === 'chromium') assert.equal(filesAsked(files).filter((file) => file === LATER).length, 1)
      assert.deepEqual(await seen(tab), [])
    })
    await enter({ preload: true, tamper: oneStatement }, async ({ tab }) => {
      await until('the card', () => tab.textOf(message))
      assert.equal(await tab.evaluate(() => Reflect.has(globalThis, 'robbed')), false)
    })
  })

  test(`${name}: a query in the address of the first file brings no second copy of it`, () =>
    enter({ query: '?v=7' }, async ({ tab, files }) => {
      await until('the failed card', () => tab.textOf(report))
      assert.deepEqual(filesAsked(files), [`${FIRST}?v=7`, LATER])
    }))
}

async function visit(engine: Engine, setting: Setting, act: (visit: Visit) => Promise<void>): Promise<void> {
  let { tamper } = setting
  const change = (file: string, code: string): string =>
    file === (setting.file ?? LATER) && tamper ? tamper(code) : code
  const cdn = await startStaticHost({ name: 'cdn', fileHeaders: { 'access-control-allow-origin': '*' }, change })
  const pages: Record<string, string> = { '/watch.js': watch, ...(setting.asks && answers) }
  const scripts = setting.scripts?.(cdn.url) ?? "'self'"
  const policy = `default-src 'none'; script-src ${scripts}; img-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; base-uri 'none'`
  const host = await startStaticHost({ pages, headers: { 'content-security-policy': policy }, change })
  const files = setting.cdn ? cdn : host
  const path = `/${randomUUID()}`
  pages[path] = pageOf(`${files.url}/${FIRST}${setting.query ?? ''}`, readIntegrity(), setting)
  const profile = await engine.newProfile()
  try {
    const tab = await profile.open(host.url + path)
    await act({ tab, files, heal: () => (tamper = undefined) })
  } finally {
    await profile.close()
    host.close()
    cdn.close()
  }
}

const pageOf = (
  src: string,
  integrity: Readonly<Record<string, string>>,
  { tag = '', lang = 'en', asks = false, preload = false }: Setting,
): string => `<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><title>Host app</title><script src="/watch.js" ${tag}></script>
${preload ? `<link rel="preload" as="script" crossorigin href="/${LATER}" integrity="${integrity[LATER]}">` : ''}
<script type="module" src="${src}" integrity="${integrity[FIRST]}" crossorigin ${tag}></script></head>
<body><connector-auth base-url="/connector-auth" token-url="/connect-token" ${asks ? `auth-token="${token}"` : ''} connector-id="acme"></connector-auth></body></html>`

async function seen(tab: Tab): Promise<unknown> {
  return tab.evaluate(() => Reflect.get(globalThis, 'seen'))
}

const filesAsked = ({ asked }: StaticHost): string[] =>
  asked.map((line) => line.replace('GET /', '')).filter((path) => path.startsWith('connector-auth.'))
