import { expect } from '@open-wc/testing'
import { createRandom } from './random.ts'
import { type AttemptState, type AttemptStep, next } from '../../src/client/attempt-machine.ts'

const steps: readonly AttemptStep[] = [
  { type: 'popup_opened' },
  { type: 'popup_blocked' },
  { type: 'popup_maybe_closed' },
  { type: 'returned' },
  { type: 'settled', outcome: { status: 'cancelled' } },
  { type: 'settled', outcome: { status: 'denied' } },
]
const allSteps: readonly AttemptStep[] = [
  ...steps,
  { type: 'click_needed' },
  { type: 'left' },
  { type: 'deadline' },
  { type: 'overdue' },
  { type: 'settled', outcome: { status: 'failed', reason: 'internal', message: '', retryable: false } },
]
const start = { phase: 'preparing' } as AttemptState

/** Every order of six steps, each as often as it likes: 6^6. */
function* orders(length: number): Generator<readonly AttemptStep[]> {
  if (length === 0) return yield []
  for (const rest of orders(length - 1)) for (const step of steps) yield [step, ...rest]
}

/** Takes the steps, and says what is wrong: a second end, a way back, or none. */
function walk(order: readonly AttemptStep[], seen: Set<string>): string | undefined {
  let state = start
  let settlements = 0
  for (const step of order) {
    const after = next(state, step)
    seen.add(`${state.phase} ${step.type}`)
    if (state.phase === 'settled' && after !== state) return 'changed after the end'
    if (state.phase === 'redeeming' && !isOver(after)) return 'a way back from the answer'
    // An answer that is here is still redeemed after the deadline; nothing else goes on.
    if (step.type === 'deadline' && !isOver(after)) return 'open after the deadline'
    if (after !== state && after.phase === 'settled') settlements++
    state = after
  }
  return state.phase === 'settled' && settlements === 1 ? undefined : `${settlements} ends`
}

const isOver = ({ phase }: AttemptState) => phase === 'redeeming' || phase === 'settled'

describe('the attempt machine', () => {
  it('settles once, with the first outcome, whatever the order of events', () => {
    for (const order of orders(6)) {
      let state = start
      const settlements: unknown[] = []
      for (const step of order) {
        const after = next(state, step)
        if (after !== state && after.phase === 'settled') settlements.push(after.outcome)
        state = after
      }
      const first = order.find((step) => step.type === 'settled')
      expect(settlements).to.deep.equal(first ? [first.outcome] : [])
    }
  })

  it('never goes back to a window once the answer is here', () => {
    for (const order of orders(4)) {
      let state = start
      let redeeming = false
      for (const step of order) {
        state = next(state, step)
        redeeming ||= state.phase === 'redeeming'
        if (redeeming) expect(state.phase).to.be.oneOf(['redeeming', 'settled'])
      }
    }
  })

  it('gives the same object where a step changes nothing, so that nobody is told twice', () => {
    const closed = next(next(start, { type: 'popup_opened' }), { type: 'popup_maybe_closed' })
    expect(next(closed, { type: 'popup_maybe_closed' })).to.equal(closed)
    const redeeming = next(closed, { type: 'returned' })
    expect(next(redeeming, { type: 'returned' })).to.equal(redeeming)
    expect(next(start, { type: 'popup_maybe_closed' })).to.equal(start)
  })

  it('forgets that a window seemed closed when it is opened again', () => {
    const closed = next(next(start, { type: 'popup_opened' }), { type: 'popup_maybe_closed' })
    expect(next(closed, { type: 'popup_opened' })).to.deep.equal({ phase: 'waiting', maybeClosed: false })
  })

  it('settles once in 20,000 random orders of everything that can happen, and always when its time is up', () => {
    const random = createRandom(5)
    const seen = new Set<string>()
    const faults: string[] = []
    for (let round = 0; round < 20_000; round++) {
      const order = Array.from({ length: random(30) }, () => allSteps[random(allSteps.length)] as AttemptStep)
      const fault = walk([...order, { type: 'deadline' }, { type: 'overdue' }], seen)
      if (fault) faults.push(`${fault}: ${order.map(({ type }) => type).join(' ')}`)
    }
    expect(faults).to.deep.equal([])
    // Every step was tried in every state.
    const phases = ['preparing', 'ready', 'blocked', 'leaving', 'waiting', 'redeeming', 'settled']
    const pairs = phases.flatMap((phase) => allSteps.map(({ type }) => `${phase} ${type}`))
    expect(pairs.filter((pair) => !seen.has(pair))).to.deep.equal([])
  })
})
