/** Starts one of the three engines. */

import type { Engine, EngineName } from './engine.ts'
import { startPuppeteerEngine } from './puppeteer-engine.ts'
import type { Screen } from './screen.ts'
import { startWebKitEngine } from './webkit-engine.ts'

/** Starts an engine on a screen.
 *
 * @throws {Error} one sentence on what to install.
 */
export function startEngine(name: EngineName, screen: Screen): Promise<Engine> {
  switch (name) {
    case 'chromium':
    case 'firefox':
      return startPuppeteerEngine(name, screen)
    case 'webkit':
      return startWebKitEngine(screen)
  }
}
