/** The frames of another site in which the element must connect, or say what forbids it. */

import type { EngineName } from './engine.ts'
import type { Frame } from './sites.ts'

export interface FrameCell {
  readonly name: string
  readonly frame: Frame
  /** The last event of the attempt. */
  readonly expected: 'connected' | 'failed bridge_blocked' | 'popup-blocked'
  /** Where an engine differs. */
  readonly but?: Readonly<Partial<Record<EngineName, FrameCell['expected']>>>
}

const needed = ['allow-scripts', 'allow-same-origin', 'allow-popups', 'allow-popups-to-escape-sandbox', 'allow-forms']
const without = (...names: readonly string[]): string => needed.filter((name) => !names.includes(name)).join(' ')

export const frames: readonly FrameCell[] = [
  { name: 'a frame', frame: { provider: 'none' }, expected: 'connected' },
  { name: 'a frame, provider same-origin', frame: { provider: 'same-origin' }, expected: 'connected' },
  {
    name: 'a frame of a site with COOP same-origin',
    frame: { provider: 'same-origin', portal: 'same-origin' },
    expected: 'connected',
  },
  { name: `sandbox="${without()}"`, frame: { provider: 'same-origin', sandbox: without() }, expected: 'connected' },
  {
    name: 'a sandbox without allow-forms',
    frame: { provider: 'none', sandbox: without('allow-forms') },
    expected: 'failed bridge_blocked',
    // It submits the form, opens nothing and tells nobody.
    but: { webkit: 'popup-blocked' },
  },
  {
    name: 'a sandbox without allow-popups',
    frame: { provider: 'none', sandbox: without('allow-popups', 'allow-popups-to-escape-sandbox') },
    expected: 'popup-blocked',
  },
]
