import { expect } from '@open-wc/testing'
import { type Attempt, type AttemptOptions, createAttempt } from '../../src/client/attempt.ts'
import type { Outcome } from '../../src/client/index.ts'
import type { Road, Traveller } from '../../src/client/road.ts'
import { pause } from './backend.ts'
import { createRandom } from './random.ts'

type Random = ReturnType<typeof createRandom>

const connected: Outcome = {
  status: 'connected',
  connectorId: 'demo',
  connectionId: 'default',
  scopes: { requested: [], granted: [], missing: [] },
  missingScopes: [],
  account: null,
  existing: false,
}
const fakeWindow = () => ({ closed: false, close() {}, document: { body: {} } }) as unknown as Window

/** A road on which anything happens at any time; an answer that came is redeemed, or fails, in the end. */
function randomRoad(random: Random, milliseconds: number): Road {
  const opened = () => [fakeWindow(), null, undefined][random(3)]
  return {
    id: 'as_1',
    url: undefined,
    openUntil: Infinity,
    deadline: performance.now() + milliseconds,
    canOpen: () => random(3) > 0,
    open: opened,
    leave: async () => {
      if (random(4) === 0) throw new Error('cannot leave')
    },
    travel: (traveller) => void wander(random, traveller, milliseconds),
  }
}

async function wander(random: Random, { step, fail }: Traveller, milliseconds: number): Promise<void> {
  for (let tries = random(6); tries > 0; tries--) {
    await pause(random(milliseconds / 3))
    const what = random(6)
    if (what === 0) step({ type: 'popup_maybe_closed' })
    if (what === 1) step({ type: 'popup_blocked' })
    if (what === 2) step({ type: 'popup_opened' })
    if (what === 3) fail(new Error('a fault'))
    if (what < 4) continue
    step({ type: 'returned' })
    await pause(random(milliseconds * 2))
    step({ type: 'settled', outcome: what === 4 ? connected : { status: 'denied' } })
  }
}

async function press(random: Random, attempt: Attempt, signal: AbortController, milliseconds: number): Promise<void> {
  const acts = [
    () => attempt.reopen(),
    () => attempt.leave(),
    () => attempt.release(),
    () => attempt.cancel(),
    () => signal.abort(),
  ]
  for (let tries = random(5); tries > 0; tries--) {
    await pause(random(milliseconds))
    // Cancel and abort are rare, or nothing else would be seen.
    acts[random(20) === 0 ? 3 + random(2) : random(3)]?.()
  }
}

describe('an attempt, whatever happens in whatever order', () => {
  const open = window.open
  afterEach(() => {
    window.open = open
  })

  it('settles once and in time, tells of it once and last, before its promise does: 2,000 times', async () => {
    const random = createRandom(7)
    window.open = () => (random(2) ? fakeWindow() : null)
    const counts = new Map<string, number>()
    const milliseconds = 60
    const run = async () => {
      const road = randomRoad(random, milliseconds)
      const late = random(3) === 0
      const broken = late && random(4) === 0
      const coming = pause(random(milliseconds)).then(() => (broken ? Promise.reject(new Error('no session')) : road))
      const controller = new AbortController()
      const options: AttemptOptions = {
        way: random(4) ? 'window' : 'tab',
        begin: (['now', 'now', 'later', 'before'] as const)[random(4)] ?? 'now',
        blank: [undefined, null, fakeWindow()][random(3)],
        signals: [controller.signal, undefined],
        onRelease: () => undefined,
      }
      const attempt = createAttempt(late ? coming : road, options)
      const told: string[] = []
      let after = 0
      attempt.subscribe((_, { phase }) => {
        if (told.at(-1) === 'settled') after++
        told.push(phase)
      })
      let ends = 0
      let early = 0
      void attempt.finished.then(() => {
        ends++
        if (told.at(-1) !== 'settled') early++
      })
      void press(random, attempt, controller, milliseconds)
      // Time for the session, for redeeming past its end, and for a slow machine.
      const outcome = await Promise.race([attempt.finished, pause(milliseconds * 6 + 3_000)])
      await pause(milliseconds)
      if (!outcome) throw new Error(`it hangs: ${told.join(' ')}`)
      expect(told.filter((phase) => phase === 'settled')).to.have.length(1)
      expect([ends, after, early]).to.deep.equal([1, 0, 0])
      expect(attempt.state).to.deep.equal({ phase: 'settled', outcome })
      const { status } = outcome as Outcome
      counts.set(status, (counts.get(status) ?? 0) + 1)
    }
    for (let round = 0; round < 10; round++) await Promise.all(Array.from({ length: 200 }, run))
    expect([...counts.keys()].sort()).to.deep.equal(['cancelled', 'connected', 'denied', 'expired', 'failed'])
  }).timeout(20_000)
})
