/** What a test asks of the browser itself: its window, its keys and what it reports of the person's system. */

import { executeServerCommand, sendKeys, setViewport } from '@web/test-runner-commands'

/** Makes the browser report media features until the next call: `{ 'forced-colors': 'active' }`. */
export async function emulate(features: Readonly<Record<string, string>> = {}): Promise<void> {
  const payload = Object.entries(features).map(([name, value]) => ({ name, value }))
  await executeServerCommand('emulate-features', payload)
}

/** Makes the window as wide as a phone of 320 px, or a window at that zoom. */
export async function resize(width: number, height = 640): Promise<void> {
  await setViewport({ width, height })
}

export async function pressKey(key: string): Promise<void> {
  await sendKeys({ press: key })
}

/** The element that has the focus, in whatever shadow root. */
export function focused(): Element | null {
  let at = document.activeElement
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
  return at
}
