/** Chooses what the card holds in each state. */

import { fill } from '../fill.ts'
import type { Failure, View } from '../view.ts'
import { type Content, type FirstScene, button } from './card.ts'
import { idle } from './idle.ts'
import type * as later from './later.ts'

/** What is loaded beside first paint. */
export type Later = typeof later

/** What the card holds.
 *
 * @param loaded - or why it is not there.
 */
export function content(view: View, scene: FirstScene, loaded: Later | Failure | undefined): Content {
  const { text, acts } = scene
  if (view.name === 'fault') return { message: fill(text.fault, view.attribute) }
  const rest = loaded && 'laterContent' in loaded ? loaded : undefined
  if (view.name === 'idle') {
    const first = idle(scene, view)
    return rest ? rest.completeIdle(view, rest.completeScene(scene), first) : first
  }
  // Nothing can be done but wait.
  if (view.name === 'loading' || view.name === 'list' || !loaded) return { message: text.loading }
  if (rest) return rest.laterContent(view, rest.completeScene(scene))
  return { message: text.part_unavailable, actions: [button(text.retry, acts.load, true)] }
}
