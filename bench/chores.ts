/** Times what a backend does by itself every 15 s, where there is nothing to do. */

import { keepAlive } from '../src/server/connections/keep-alive.ts'
import { tryDueRevocations } from '../src/server/connections/revocations.ts'
import { forgetParkedAnswers } from '../src/server/sessions/park.ts'
import { forgetOldSessions } from '../src/server/sessions/rows.ts'
import { forgetOldTokens } from '../src/server/tokens/connect-token.ts'
import { coreOf } from '../test/support/core.ts'
import { type Place, openStore, sealingKey } from './setting.ts'

const chores = { forgetParkedAnswers, forgetOldSessions, forgetOldTokens, keepAlive, tryDueRevocations }

/** @returns milliseconds of each, the best of three. */
export async function timeChores(place: Place): Promise<Readonly<Record<string, number>>> {
  const store = openStore(place)
  const core = await coreOf(store, { sealingKeys: [sealingKey] })
  const times: Record<string, number> = {}
  for (const [name, chore] of Object.entries(chores)) {
    const tries: number[] = []
    for (let nth = 0; nth < 3; nth += 1) {
      const began = performance.now()
      await chore(core)
      tries.push(performance.now() - began)
    }
    times[name] = Math.min(...tries)
  }
  await store.close()
  return times
}
