/** Chooses what the card holds in each state. */

import { fill } from '../text.ts'
import type { View } from '../view.ts'
import { blocked, waiting } from './attempt.ts'
import { type Content, type Scene, button } from './card.ts'
import { connected } from './connected.ts'
import { failed } from './failed.ts'
import { idle } from './idle.ts'

/** What the card holds. */
export function content(view: View, scene: Scene): Content {
  const { text, acts } = scene
  switch (view.name) {
    case 'loading':
    case 'disconnecting':
      // Nothing can be done but wait.
      return { message: text[view.name] }
    case 'fault':
      return { message: fill(text.fault, view.attribute) }
    case 'idle':
      return idle(scene, view)
    case 'opening':
    case 'redeeming':
      return { message: text[view.name], actions: [button(text.cancel, acts.cancel)] }
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
