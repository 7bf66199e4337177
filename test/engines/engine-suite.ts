/** A suite of tests in one engine, on a screen of its own, with the sites running. */

import { after, before, describe } from 'node:test'
import type { Engine, EngineName, Profile } from './engine.ts'
import { type Screen, startScreen } from './screen.ts'
import { type Sites, startSites } from './sites.ts'
import { startEngine } from './start-engine.ts'

/** What the tests of an engine share. */
export interface EngineRun {
  readonly name: EngineName
  /** Known once tests run. */
  version(): string
  /** Runs an act in the browser of a person who has been nowhere yet. */
  inProfile<T>(act: (profile: Profile, sites: Sites) => Promise<T>): Promise<T>
}

/** Declares a suite; the engine runs while its tests do. */
export function describeEngine(name: EngineName, declare: (run: EngineRun) => void): void {
  let screen: Screen | undefined
  let sites: Sites | undefined
  let engine: Engine | undefined
  describe(name, () => {
    before(async () => {
      screen = await startScreen()
      sites = await startSites()
      engine = await startEngine(name, screen)
    })
    after(async () => {
      await engine?.close()
      await sites?.close()
      await screen?.close()
    })
    declare({
      name,
      version: () => engine?.version ?? '',
      async inProfile(act) {
        if (!engine || !sites) throw new Error(`${name} does not run.`)
        const profile = await engine.newProfile()
        try {
          return await act(profile, sites)
        } catch (error) {
          throw new Error(`Windows: ${(await addresses(profile)).join(' ')}`, { cause: error })
        } finally {
          await profile.close()
        }
      },
    })
  })
}

async function addresses(profile: Profile): Promise<string[]> {
  const tabs = await profile.tabs().catch(() => [])
  return Promise.all(tabs.map((tab) => tab.url().catch(() => '(gone)')))
}
