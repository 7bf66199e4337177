/** The roads as people walk them: somebody starts, some browser comes back, somebody finishes. */

import type { Answer, Page } from './backend.ts'
import { challengeOf, randomVerifier } from './pkce.ts'
import { type Browser, type Roads, appCallback, goesTo, hostOrigin, returnUrl } from './roads.ts'

export interface Person {
  readonly subject: string
  readonly browser: Browser
}

/** What the service's redirect brought into a browser, and so into the hands of who sits there; '' = nothing. */
export type Landed = string

/** One attempt of one person. */
export interface Walk {
  readonly id: string
  /** Binds a browser as the person's own page does; then the authorization URL, which can be sent to anybody. */
  open(browser: Browser): Promise<string>
  /** The service sends a browser back to this callback. */
  land(browser: Browser, callback: URL): Promise<Landed>
  /** The person finishes with what landed in their own browser. */
  finish(landed: Landed): Promise<Answer>
  /** Another signed-in person's client is made to finish it with what landed in theirs. */
  finishAs(subject: string, landed: Landed): Promise<Answer>
}

export interface WalkedRoad {
  readonly name: string
  start(roads: Roads, who: Person): Promise<Walk>
}

const redeemPath = (id: string) => `/api/v1/auth-sessions/${id}/redeem`

/** The callback page hands the answer to pages of its own browser, and to nobody else. */
const appRoad: WalkedRoad = {
  name: 'app callback',
  async start(roads, { subject }) {
    const verifier = randomVerifier()
    const page = await roads.page(subject)
    const { body } = await createOnPage(page, { codeChallenge: challengeOf(verifier) })
    const redeem = (by: Page, callback: string) =>
      by.post(redeemPath(body.id), { verifier, redirectUri: appCallback, callback })
    return {
      id: body.id,
      open: async () => body.redirectUrl,
      async land(browser, callback) {
        const answer = await browser.visit(callback)
        return answer.status === 200 ? callback.search.slice(1) : ''
      },
      finish: (landed) => redeem(page, landed || guess(body.stateKey, roads)),
      finishAs: async (other, landed) => redeem(await roads.page(other), landed),
    }
  },
}

const bridgeRoad: WalkedRoad = {
  name: 'bridge',
  async start(roads, { subject }) {
    const attempt = await roads.bridge(await roads.bridgePage(subject))
    return {
      id: attempt.id,
      open: async (browser) => goesTo(await attempt.enter(browser)),
      async land(browser, callback) {
        await browser.visit(callback)
        return ''
      },
      finish: () => attempt.redeem(),
      finishAs: async (other) =>
        (await roads.bridgePage(other)).post(redeemPath(attempt.id), { verifier: attempt.verifier }),
    }
  },
}

/** Attempts that an API key makes, and that the backend's callback hands back to the host or the person. */
function completed(name: string, request: object, inHand: (answer: Answer) => string, guessed: string): WalkedRoad {
  return {
    name,
    async start(roads, { subject }) {
      const { body } = await roads.host('POST', '/api/v1/auth-sessions', { connectorId: 'fake', subject, ...request })
      const complete = (by: string, completionCode: string) =>
        roads.host('POST', `/api/v1/auth-sessions/${body.id}/complete`, { subject: by, completionCode })
      return {
        id: body.id,
        open: async () => body.redirectUrl,
        land: async (browser, callback) => inHand(await browser.visit(callback)),
        finish: (landed) => complete(subject, landed || guessed),
        finishAs: (other, landed) => complete(other, landed),
      }
    },
  }
}

const hostRoad = completed(
  'host callback',
  { returnUrl },
  ({ headers }) => new URL(headers.get('location') ?? hostOrigin).searchParams.get('completion') ?? '',
  '0'.repeat(64),
)

const typedRoad = completed(
  'typed code',
  {},
  ({ body }) => /<strong>([^<]*)<\/strong>/.exec(body)?.[1] ?? '',
  '0000-0000',
)

/** The answer goes to whatever listens on the machine where the browser runs. */
const loopbackRoad: WalkedRoad = {
  name: 'loopback',
  async start(roads, { subject }) {
    const verifier = randomVerifier()
    const redirectUri = 'http://127.0.0.1:4711/'
    const request = { connectorId: 'fake', subject, redirectUri, codeChallenge: challengeOf(verifier) }
    const { body } = await roads.host('POST', '/api/v1/auth-sessions', request)
    const redeem = (by: string, callback: string) =>
      roads.host('POST', redeemPath(body.id), { subject: by, verifier, redirectUri, callback })
    return {
      id: body.id,
      open: async () => body.redirectUrl,
      land: async (_browser, callback) => callback.search.slice(1),
      finish: (landed) => redeem(subject, landed || guess(body.stateKey, roads)),
      finishAs: (other, landed) => redeem(other, landed),
    }
  },
}

/** Every road on which a browser comes back. */
export const walkedRoads: readonly WalkedRoad[] = [appRoad, bridgeRoad, hostRoad, typedRoad, loopbackRoad]

function createOnPage(page: Page, request: object): Promise<Answer> {
  return page.post('/api/v1/auth-sessions', { connectorId: 'fake', ...request })
}

/** Who started knows the state and the issuer, and lacks the code alone. */
function guess(state: string, roads: Roads): string {
  return new URLSearchParams({ state, code: 'guessed', iss: roads.fake.issuer }).toString()
}
