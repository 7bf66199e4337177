/** Chooses what the card holds in each state. */

import { fill } from '../fill.ts'
import type { View } from '../view.ts'
import type { Content, FirstScene } from './card.ts'
import { idle } from './idle.ts'
import type * as later from './later.ts'

/** What is loaded beside first paint. */
export type Later = typeof later

/** What the card holds. */
export function content(view: View, scene: FirstScene, loaded: Later | undefined): Content {
  const { text } = scene
  if (view.name === 'fault') return { message: fill(text.fault, view.attribute) }
  if (view.name === 'idle') {
    const first = idle(scene, view)
    return loaded ? loaded.completeIdle(view, loaded.completeScene(scene), first) : first
  }
  // Nothing can be done but wait.
  if (view.name === 'loading' || view.name === 'list' || !loaded) return { message: text.loading }
  return loaded.laterContent(view, loaded.completeScene(scene))
}
