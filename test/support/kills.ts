/** The kill lottery as tests of one store. */

import { randomInt } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { type Tally, playLottery } from './kill-lottery.ts'
import { killedRotation } from './killed-rotation.ts'
import type { StoreKind } from './store.ts'

const seed = Number(process.env['KILL_SEED'] ?? randomInt(2 ** 31))
/** Most of a round is waiting, so two are played at a time. */
const lanes = 2

export function killTest(kind: StoreKind, rounds: number): void {
  test(`killed ${rounds} times at random instants on ${kind}: no connection is lost beyond the labelled case, and nothing that was answered is missing`, async (t) => {
    await inLanes(t, (lane) => playLottery(t, { kind, rounds: rounds / lanes, seed: seed + lane }))
  })
}

export function rotationKillTest(kind: StoreKind, rounds: number): void {
  test(`killed ${rounds} times beside keys rotate, which is killed too, on ${kind}: every row opens, and the rotation comes to its end`, async (t) => {
    const rotations = { begun: 0, killed: 0, halfway: 0 }
    await inLanes(t, (lane) =>
      playLottery(t, {
        kind,
        rounds: rounds / lanes,
        seed: seed + lane,
        beside: (place) => killedRotation(place, rotations),
      }),
    )
    t.diagnostic(JSON.stringify(rotations))
  })
}

async function inLanes(t: TestContext, play: (lane: number) => Promise<Tally>): Promise<void> {
  const started = performance.now()
  const tallies = await Promise.all(Array.from({ length: lanes }, (_, lane) => play(lane)))
  const sum = (name: keyof Tally) => `${tallies.reduce((total, tally) => total + tally[name], 0)} ${name}`
  const names = ['rounds', 'forgiven', 'lost', 'given', 'kept', 'begun', 'created'] as const
  const seconds = ((performance.now() - started) / 1_000).toFixed(1)
  t.diagnostic(`KILL_SEED=${seed}: ${names.map(sum).join(', ')}; ${seconds} s`)
}
