import { randomInt } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { type LotteryOptions, playLottery } from '../support/kill-lottery.ts'
import { killedRotation } from '../support/killed-rotation.ts'

const seed = Number(process.env['KILL_SEED'] ?? randomInt(2 ** 31))

/** Two at a time: most of a round is waiting. */
async function play(t: TestContext, options: Omit<LotteryOptions, 'seed'>): Promise<void> {
  const started = performance.now()
  const rounds = options.rounds / 2
  const tallies = await Promise.all([0, 1].map((lane) => playLottery(t, { ...options, rounds, seed: seed + lane })))
  const seconds = ((performance.now() - started) / 1_000).toFixed(1)
  for (const tally of tallies) t.diagnostic(JSON.stringify(tally))
  t.diagnostic(`KILL_SEED=${seed}, ${seconds} s`)
}

for (const kind of ['sqlite', 'postgres'] as const) {
  test(`killed 20 times at random instants on ${kind}: no connection is lost beyond the labelled case, nothing that was answered is missing`, async (t) => {
    await play(t, { kind, rounds: 20 })
  })

  test(`the same beside keys rotate, which is killed too, on ${kind}: every row opens, and the rotation comes to its end`, async (t) => {
    const rotations = { begun: 0, killed: 0, halfway: 0 }
    await play(t, { kind, rounds: 20, beside: async (place) => killedRotation(place, rotations) })
    t.diagnostic(JSON.stringify(rotations))
  })
}
