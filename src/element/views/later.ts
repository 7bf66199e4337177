/** What the card holds once something goes on; loaded beside first paint, not before it. */

import { isInApp } from '../../client/in-app.ts'
import { defaultText } from '../text.ts'
import type { View } from '../view.ts'
import { blocked, ready, waiting } from './attempt.ts'
import { type Content, type FirstScene, type Scene, button } from './card.ts'
import { connected } from './connected.ts'
import { entry } from './entry.ts'
import { copyLink } from './copy-link.ts'
import { failed } from './failed.ts'

export { laterStyles } from './later-styles.ts'

/** What the card holds, beside what is shown at first. */
export function laterContent(view: Exclude<View, { name: 'loading' | 'fault' | 'idle' }>, scene: Scene): Content {
  const { text, acts } = scene
  switch (view.name) {
    case 'disconnecting':
      return { message: text.disconnecting }
    case 'opening':
    case 'redeeming':
      return { message: text[view.name], actions: [button(text.cancel, acts.cancel)] }
    case 'entering':
    case 'saving':
      return entry(scene, view)
    case 'ready':
      return ready(scene)
    case 'waiting':
      return waiting(scene, view)
    case 'blocked':
      return blocked(scene, view)
    case 'connected':
      return connected(scene, view)
    case 'failed':
      return failed(scene, view)
  }
}

/** Gives a state all texts: a host's own first, then ours. */
export const completeScene = (scene: FirstScene): Scene => ({ ...scene, text: { ...defaultText, ...scene.text } })

/** A hint beside the button, in a browser inside another app. */
export function idleHint(scene: Scene): unknown {
  return isInApp() ? copyLink(scene) : undefined
}
