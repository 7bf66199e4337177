/** Every scenario of the demo, in the order in which the page shows them. */

import { connecting } from './connecting.ts'
import { faults } from './faults.ts'
import { headers } from './headers.ts'
import { keys } from './keys.ts'
import { looks } from './looks.ts'
import { people } from './people.ts'
import type { Scenario } from './scenario.ts'
import { tokens } from './tokens.ts'

const all = [...connecting, ...faults, ...headers, ...tokens, ...keys, ...people, ...looks] as const

export type ScenarioId = (typeof all)[number]['id']

export const scenarios: readonly Scenario[] = all

/** The scenario with this id. */
export function findScenario(id: string | null | undefined): Scenario | undefined {
  return scenarios.find((scenario) => scenario.id === id)
}
