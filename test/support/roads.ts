/** A backend with every road open, and the browsers, pages and hosts that walk them. */

import type { TestContext } from 'node:test'
import { type ConnectTokenRequest, type Store, sqliteStore } from '../../src/server/index.ts'
import { type Answer, type Harness, type Page, appOrigin, startHarness } from './backend.ts'
import { challengeOf, randomVerifier } from './pkce.ts'

/** The origin of an app that has no callback page of its own: its pages take the bridge. */
export const hostOrigin = 'https://host.test'
export const evilOrigin = 'https://evil.test'
/** The one registered return URL of the host callback. */
export const returnUrl = 'https://host.test/connected?from=service'

export const appCallback = `${appOrigin}/connector-auth/callback/default/fake`

/** A browser: it keeps cookies, and posts forms as a page of some origin. */
export interface Browser {
  readonly cookies: ReadonlyMap<string, string>
  /** Opens a URL of the backend at the top level, as after a redirect or a click on a link. */
  visit(url: URL | string): Promise<Answer>
  /** Posts a form at the top level; the cookies are Lax, so another origin's form carries none. */
  submit(path: string, form: Record<string, string>, headers: Record<string, string>): Promise<Answer>
}

/** What a page knows of its attempt on the bridge. */
export interface BridgeAttempt {
  readonly id: string
  readonly secret: string
  readonly verifier: string
  readonly created: Answer
  /** Posts {sessionId, secret} into a window of a browser, as the page of `hostOrigin` does. */
  enter(browser: Browser, changes?: EnterChanges): Promise<Answer>
  redeem(request?: Record<string, unknown>): Promise<Answer>
  progress(after?: string): Promise<Answer>
}

export interface EnterChanges {
  readonly secret?: string
  /** null: the browser wrote no Origin. */
  readonly origin?: string | null
  readonly headers?: Record<string, string>
}

export interface Roads extends Harness {
  readonly store: Store
  browser(): Browser
  /** A page of an app without a callback page. */
  bridgePage(subject?: string, who?: Partial<ConnectTokenRequest>, origin?: string): Promise<Page>
  /** Creates an attempt on the bridge. */
  bridge(page: Page, request?: Record<string, unknown>): Promise<BridgeAttempt>
  /** Consents at the service, where a page of the backend sent the browser. @returns the callback's URL. */
  consent(entered: Answer): Promise<URL>
  /** How often the token endpoint was called. */
  tokenCalls(): number
  /** How many connections there are, whoever's. */
  connections(): Promise<number>
}

/** Where a page of the backend goes on to by itself. */
export function goesTo(answer: Answer): string {
  const [, written = '""'] = /location\.replace\((".*?[^\\]")\)/.exec(String(answer.body)) ?? []
  return JSON.parse(written)
}

export async function startRoads(t: TestContext, options: Parameters<typeof startHarness>[1] = {}): Promise<Roads> {
  const store = options.backend?.store ?? sqliteStore(':memory:')
  const harness = await startHarness(t, {
    ...options,
    backend: {
      allowedOrigins: [appOrigin, hostOrigin],
      returnUrls: [returnUrl],
      ...options.backend,
      store,
    },
  })
  const { call, page, fake } = harness
  return {
    ...harness,
    store,
    browser: () => browserOf(call),
    bridgePage: (subject = 'ana', who = {}, origin = hostOrigin) => page(subject, who, origin),
    bridge: (one, request = {}) => beginBridge(one, request),
    consent: (entered) => fake.authorize(goesTo(entered)),
    tokenCalls: () => fake.requests.filter(({ path }) => path === '/token').length,
    connections: async () => (await store.db.selectFrom('connection').select('row_id').execute()).length,
  }
}

/** Creates an attempt on the bridge, as the page of an app without a callback page does. */
export async function beginBridge(page: Page, request: Record<string, unknown> = {}): Promise<BridgeAttempt> {
  const secret = randomVerifier()
  const verifier = randomVerifier()
  const created = await page.post('/api/v1/auth-sessions', {
    connectorId: 'fake',
    codeChallenge: challengeOf(verifier),
    bindingHash: challengeOf(secret),
    ...request,
  })
  const { id } = created.body
  return {
    id,
    secret,
    verifier,
    created,
    enter: (browser, { secret: sent = secret, origin = hostOrigin, headers = {} } = {}) =>
      browser.submit('/bridge', { session: id, secret: sent }, { ...(origin === null ? {} : { origin }), ...headers }),
    redeem: (more = {}) => page.post(`/api/v1/auth-sessions/${id}/redeem`, { verifier, ...more }),
    progress: (after) =>
      page.get(`/api/v1/auth-sessions/${id}/progress${after === undefined ? '' : `?after=${after}`}`),
  }
}

/** A browser without cookies. */
export function browserOf(call: Harness['call']): Browser {
  const cookies = new Map<string, string>()
  const jar = () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  async function send(method: string, path: string, headers: Record<string, string>, raw?: string): Promise<Answer> {
    const answer = await call(method, path, { headers, ...(raw === undefined ? {} : { raw }) })
    for (const cookie of answer.headers.getSetCookie()) keep(cookies, cookie)
    return answer
  }
  return {
    cookies,
    visit(url) {
      const { pathname, search } = new URL(url)
      return send('GET', `${pathname.replace(/^\/connector-auth/, '')}${search}`, { ...(jar() && { cookie: jar() }) })
    },
    submit(path, form, headers) {
      const own = headers['origin'] === appOrigin && jar() !== ''
      const type = { 'content-type': 'application/x-www-form-urlencoded' }
      const raw = new URLSearchParams(form).toString()
      return send('POST', path, { ...type, ...headers, ...(own ? { cookie: jar() } : {}) }, raw)
    },
  }
}

function keep(cookies: Map<string, string>, cookie: string): void {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
  if (cookie.includes('Max-Age=0')) cookies.delete(name)
  else cookies.set(name, value)
}
