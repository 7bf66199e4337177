import { expect } from '@open-wc/testing'
import { type AttemptState, type AttemptStep, next } from '../../src/client/attempt-machine.ts'

const steps: readonly AttemptStep[] = [
  { type: 'popup_opened' },
  { type: 'popup_blocked' },
  { type: 'popup_maybe_closed' },
  { type: 'returned' },
  { type: 'settled', outcome: { status: 'cancelled' } },
  { type: 'settled', outcome: { status: 'expired' } },
]
const start = { phase: 'preparing' } as AttemptState

/** Every order of six steps, each as often as it likes: 6^6. */
function* orders(length: number): Generator<readonly AttemptStep[]> {
  if (length === 0) return yield []
  for (const rest of orders(length - 1)) for (const step of steps) yield [step, ...rest]
}

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
})
