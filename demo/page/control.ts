/** Calls the demo's control routes. */

import type { Connection } from '../../src/client/index.ts'

/** How the demo stands. */
export interface DemoState {
  /** The scenario that is set up; null where none is. */
  readonly scenario: string | null
  readonly authorizationServer: string
  readonly portal: string
  readonly version: string
  /** How many connectors come with the package. */
  readonly connectors: number
}

/** What the servers hold. */
export interface Holdings {
  readonly running: boolean
  readonly people: readonly { readonly name: string; readonly connections: readonly Connection[] }[]
  readonly tokenCalls: readonly { readonly grantType: string; readonly outcome: string }[]
}

export const readState = (): Promise<DemoState> => ask('/demo/state')
export const readHoldings = (): Promise<Holdings> => ask('/demo/backend')
export const setUpServers = (scenario: string): Promise<unknown> => ask('/demo/set-up', { scenario })
export const act = (id: string): Promise<unknown> => ask('/demo/act', { act: id })
export const resetServers = (): Promise<unknown> => ask('/demo/reset', {})

/** @throws {Error} where the server refuses or cannot be reached. */
async function ask<T>(path: string, body?: object): Promise<T> {
  const answer = await fetch(path, body ? { method: 'POST', body: JSON.stringify(body) } : {})
  if (!answer.ok) throw new Error(`${path} answers ${answer.status}`)
  return answer.json()
}
