/** The cells of the outcome matrix, and a selection in which every two values of two columns meet. */

/** `Cross-Origin-Opener-Policy` of the authorization server's pages. */
export const providers = ['none', 'same-origin', 'same-origin-allow-popups', 'noopener-allow-popups'] as const

/** `Cross-Origin-Opener-Policy` of the page with the element; `same-origin` with COEP `require-corp`. */
export const hosts = ['none', 'same-origin', 'same-origin-allow-popups'] as const

export type Road = 'app callback' | 'bridge'

const roads: readonly Road[] = ['app callback', 'bridge']

/** What the person does. `finishes`: the window opens straight at the authorization server · `finishes unprepared`: the
 * click came before anything was prepared, so the window opens blank. */
export const persons = ['finishes', 'finishes unprepared', 'closes the window', 'cancels', 'does nothing'] as const

export type Person = (typeof persons)[number]

export interface Cell {
  readonly provider: (typeof providers)[number]
  readonly host: (typeof hosts)[number]
  readonly road: Road
  readonly person: Person
}

/** How each person's attempt must end. */
export const expected: Readonly<Record<Person, 'connected' | 'cancelled' | 'expired'>> = {
  finishes: 'connected',
  'finishes unprepared': 'connected',
  'closes the window': 'cancelled',
  cancels: 'cancelled',
  'does nothing': 'expired',
}

export const cells: readonly Cell[] = providers.flatMap((provider) =>
  hosts.flatMap((host) => roads.flatMap((road) => persons.map((person) => ({ provider, host, road, person })))),
)

export const nameOf = ({ provider, host, road, person }: Cell): string =>
  `provider ${provider}, host ${host}, ${road}, the person ${person}`

/** Cells that hold every pair of values: each is the one that holds most pairs that none before it held. */
export function pairwise(all: readonly Cell[]): Cell[] {
  const open = new Set(all.flatMap(pairsOf))
  const chosen: Cell[] = []
  while (open.size > 0) {
    const gain = (cell: Cell): number => pairsOf(cell).filter((pair) => open.has(pair)).length
    const best = all.reduce((one, other) => (gain(other) > gain(one) ? other : one))
    for (const pair of pairsOf(best)) open.delete(pair)
    chosen.push(best)
  }
  return chosen
}

/** Every two values of a cell. */
export function pairsOf({ provider, host, road, person }: Cell): string[] {
  const values = [`provider ${provider}`, `host ${host}`, road, person]
  return values.flatMap((one, index) => values.slice(index + 1).map((other) => `${one} × ${other}`))
}
