import { expect } from '@open-wc/testing'
import type { AttemptEvent } from '../../src/client/attempt-machine.ts'
import { type Attempt, createAttempt } from '../../src/client/attempt.ts'
import { createComing } from '../../src/client/coming.ts'
import { createPart } from '../../src/client/part.ts'
import type { Road } from '../../src/client/road.ts'
import { pause, rejection } from './backend.ts'

describe('an attempt whose code is still being loaded', () => {
  let closed: boolean
  const blank = () => ({ close: () => (closed = true) }) as unknown as Window
  const road: Road = {
    id: 'as_1',
    url: undefined,
    deadline: performance.now() + 60_000,
    openUntil: Infinity,
    canOpen: () => true,
    open: () => undefined,
    leave: () => Promise.resolve(),
    travel: () => undefined,
  }
  const attempt = (signal: AbortSignal): Attempt =>
    createAttempt(
      pause(5).then(() => road),
      { way: 'window', begin: 'now', signals: [signal], onRelease: () => undefined },
    )

  beforeEach(() => {
    closed = false
  })

  for (const which of ['the person', 'the caller', 'Cancel'] as const)
    it(`ends with ${which}, and its window with it`, async () => {
      const [person, caller] = [new AbortController(), new AbortController()]
      let told: AbortSignal | undefined
      const load = (signal: AbortSignal) => ((told = signal), new Promise<Attempt>(() => {}))
      const coming = createComing(blank(), load, [person.signal, undefined, caller.signal])
      const events: AttemptEvent[] = []
      coming.subscribe((event) => events.push(event))
      if (which === 'Cancel') coming.cancel()
      else (which === 'the person' ? person : caller).abort()
      expect(await coming.finished).to.deep.equal({ status: 'cancelled' })
      await pause(0)
      expect([closed, told?.aborted, events]).to.deep.equal([true, true, ['settled']])
      expect(coming.state).to.deep.equal({ phase: 'settled', outcome: { status: 'cancelled' } })
    })

  it('tells who listens, once, and nobody who has stopped', async () => {
    let arrive: (there: Attempt) => void = () => undefined
    const there = new Promise<Attempt>((resolve) => (arrive = resolve))
    const life = new AbortController()
    const coming = createComing(blank(), () => there, [])
    const [stays, went]: [AttemptEvent[], AttemptEvent[]] = [[], []]
    const stop = coming.subscribe((event) => went.push(event))
    coming.subscribe(() => {
      throw new Error('a fault of the host')
    })
    coming.subscribe((event) => stays.push(event))
    const { onerror } = window
    window.onerror = () => true
    arrive(attempt(life.signal))
    await pause(10)
    stop()
    life.abort()
    await coming.finished
    await pause(10)
    window.onerror = onerror
    expect(stays).to.deep.equal(['popup_opened', 'settled'])
    expect(went).to.deep.equal(['popup_opened'])
  })

  it('is let go where its view went before it was there', async () => {
    let released = 0
    const there = { ...attempt(new AbortController().signal), release: () => void (released += 1) }
    const coming = createComing(blank(), () => pause(5).then(() => there), [])
    coming.release()
    await pause(20)
    expect(released).to.equal(1)
    coming.cancel()
  })

  it('is not waited for without end', async () => {
    const { timeout } = AbortSignal
    AbortSignal.timeout = (milliseconds) => timeout.call(AbortSignal, milliseconds === 20_000 ? 50 : milliseconds)
    try {
      const part = createPart(() => new Promise<Attempt>(() => {}))
      expect(await createComing(blank(), part, []).finished).to.deep.include({
        status: 'failed',
        reason: 'part_unavailable',
        retryable: true,
      })
      expect(await rejection(part())).to.include({ reason: 'part_unavailable' })
    } finally {
      AbortSignal.timeout = timeout
    }
    expect(closed).to.equal(true)
  })
})
