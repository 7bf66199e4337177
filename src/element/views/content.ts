/** Chooses what the card holds in each state. */

import { fill } from '../fill.ts'
import type { View } from '../view.ts'
import { type Content, type FirstScene, button } from './card.ts'
import { idle } from './idle.ts'
import type * as later from './later.ts'

/** What is loaded beside first paint. */
export type Later = typeof later

/** What the card holds.
 *
 * @param rest - The scene with what is loaded beside first paint.
 * @param failed - Whether that could not be loaded.
 */
export function content(
  view: View,
  scene: FirstScene,
  rest: ReturnType<Later['completeScene']> | undefined,
  failed: boolean,
): Content {
  const { text, acts } = scene
  if (view.name === 'fault') return { message: fill(text.fault, view.attribute) }
  if (view.name === 'idle') {
    const first = idle(rest ?? scene, view)
    return rest?.idle(view, first) ?? first
  }
  // Nothing can be done but wait.
  if (view.name === 'loading' || view.name === 'list' || !(rest || failed)) return { message: text.loading }
  if (rest) return rest.content(view)
  return { message: text.part_unavailable, actions: [button(text.retry, acts.load, true)] }
}
