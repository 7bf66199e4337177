/** WebKitGTK's MiniBrowser over W3C WebDriver; a driver holds one session, so each profile has a driver of its own. */

import { spawn } from 'node:child_process'
import { freePort } from '../support/free-port.ts'
import { findProgram } from '../../tools/engines.ts'
import { type Engine, type Place, type Profile, type Tab, until } from './engine.ts'
import { findInPage, textInPage } from './in-page.ts'
import { type Screen, endProcess } from './screen.ts'

/** Sends one command.
 *
 * @see W3C WebDriver §6.3
 */
type Send = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => Promise<unknown>

const commandMilliseconds = 20_000

/** A command's error code: `no such window`, … */
class WebDriverError extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(`${code}: ${message}`)
    this.code = code
  }
}

/** Starts WebKitGTK. */
export async function startWebKitEngine(screen: Screen): Promise<Engine> {
  const first = await startProfile(screen)
  await first.profile.close()
  return {
    name: 'webkit',
    version: first.version,
    newProfile: async () => (await startProfile(screen)).profile,
    close: async () => undefined,
  }
}

async function startProfile({ environment }: Screen): Promise<{ version: string; profile: Profile }> {
  const port = await freePort()
  const driver = spawn(findProgram('webkitDriver'), [`--port=${port}`, '--host=127.0.0.1'], {
    env: environment,
    stdio: 'ignore',
  })
  const root = createSend(`http://127.0.0.1:${port}`)
  await until("WebKit's driver", async () => field(await root('GET', '/status'), 'ready') === true)
  const options = { binary: findProgram('miniBrowser'), args: ['--automation'] }
  const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': options } }
  const session = await root('POST', '/session', { capabilities })
  const send: Send = (method, path, body) =>
    root(method, `/session/${String(field(session, 'sessionId'))}${path}`, body)
  const version = String(field(field(session, 'capabilities'), 'browserVersion'))
  return {
    version,
    profile: createProfile(send, async () => {
      await send('DELETE', '').catch(() => undefined)
      await endProcess(driver)
    }),
  }
}

function createProfile(send: Send, close: () => Promise<void>): Profile {
  const inWindow = createTurns(send)
  const handles = async () => list(await send('GET', '/window/handles')).map(String)
  // The session brings its first window along.
  let spare = true
  return {
    async open(url) {
      const made = spare
        ? await send('GET', '/window')
        : field(await send('POST', '/window/new', { type: 'tab' }), 'handle')
      spare = false
      const tab = createTab(String(made), send, inWindow)
      await tab.goto(url)
      return tab
    },
    tabs: async () => (await handles()).map((id) => createTab(id, send, inWindow)),
    close,
  }
}

/** Commands go to the window and frame that were switched to last, so an act has them to itself. */
type InWindow = <T>(handle: string, frame: number | null, act: () => Promise<T>) => Promise<T>

function createTurns(send: Send): InWindow {
  let turn: Promise<unknown> = Promise.resolve()
  return (handle, frame, act) => {
    const mine = turn.then(async () => {
      await send('POST', '/window', { handle })
      await send('POST', '/frame', { id: null })
      if (frame !== null) await send('POST', '/frame', { id: frame })
      return act()
    })
    turn = mine.catch(() => undefined)
    return mine
  }
}

function createTab(id: string, send: Send, inWindow: InWindow): Tab {
  const inside = <T>(act: () => Promise<T>) => inWindow(id, null, act)
  return {
    id,
    ...createPlace(send, inside),
    frame: (index) => createPlace(send, (act) => inWindow(id, index, act)),
    goto: (url) => inside(async () => void (await send('POST', '/url', { url }))),
    url: () => inside(async () => String(await send('GET', '/url'))),
    screenshot: () => inside(async () => Buffer.from(String(await send('GET', '/screenshot')), 'base64')),
    close: () => inside(async () => void (await send('DELETE', '/window'))),
  }
}

const elementKey = 'element-6066-11e4-a52e-4f735466cecf'

function createPlace(send: Send, inside: <T>(act: () => Promise<T>) => Promise<T>): Place {
  const run = (script: string, ...parameters: readonly unknown[]) =>
    send('POST', '/execute/sync', { script, args: parameters })
  return {
    tryClick: ({ css, text = '' }) =>
      inside(async () => {
        const element = await run(`return (${String(findInPage)})(...arguments)`, css, text)
        if (element === null) return false
        await send('POST', `/element/${String(field(element, elementKey))}/click`).catch((error: unknown) => {
          // The click itself closed the window.
          const closed = error instanceof WebDriverError ? error.code === 'no such window' : isTimeout(error)
          if (!closed) throw error
        })
        return true
      }),
    textOf: ({ css, text = '' }) =>
      inside(async () => {
        const found = await run(`return (${textInPage})(...arguments)`, css, text)
        return typeof found === 'string' ? found : null
      }),
    evaluate: (act, ...parameters) => inside(() => run(`return (${String(act)})(...arguments)`, ...parameters)),
  }
}

function createSend(root: string): Send {
  return async (method, path, body = {}) => {
    // Of a window that closes itself meanwhile the driver may never hear again.
    const signal = AbortSignal.timeout(commandMilliseconds)
    const init = method === 'POST' ? { method, signal, body: JSON.stringify(body) } : { method, signal }
    const answer: unknown = await (await fetch(root + path, init)).json()
    const value = field(answer, 'value')
    const error = field(value, 'error')
    if (typeof error === 'string') throw new WebDriverError(error, String(field(value, 'message')))
    return value
  }
}

const isTimeout = (error: unknown): boolean => error instanceof Error && error.name === 'TimeoutError'

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
