/** Lets a component test say which media features the browser reports: those that @web/test-runner does not know too. */
import type { TestRunnerPlugin } from '@web/test-runner'
import type { CDPSession, Page } from 'puppeteer-core'

// What a session emulates ends with it.
const sessions = new WeakMap<Page, CDPSession>()

/** The command `emulate-features`; its payload is a list of names and values. */
export const emulateFeatures: TestRunnerPlugin = {
  name: 'emulate-features',
  async executeCommand({ command, payload, session }) {
    if (command !== 'emulate-features' || !('getPage' in session.browser)) return undefined
    const page = (session.browser as { getPage(id: string): Page }).getPage(session.id)
    const protocol = sessions.get(page) ?? (await page.createCDPSession())
    sessions.set(page, protocol)
    await protocol.send('Emulation.setEmulatedMedia', { features: payload as { name: string; value: string }[] })
    return true
  },
}
