/** What the card holds once something goes on; loaded beside first paint, not before it. */

import { isInApp } from '../../client/in-app.ts'
import { defaultText } from '../text.ts'
import type { View } from '../view.ts'
import { accounts, addAccount } from './accounts.ts'
import { blocked, ready, waiting } from './attempt.ts'
import { type Content, type FirstScene, type Scene, button } from './card.ts'
import { connected } from './connected.ts'
import { entry } from './entry.ts'
import { copyLink } from './copy-link.ts'
import { ended } from './ended.ts'
import { failed } from './failed.ts'

import { nest } from './nest.ts'

export { accounts }
export { laterStyles } from './later-styles.ts'

/** What the card holds, beside what is shown at first. */
export function laterContent(view: Exclude<View, { name: FirstState }>, scene: Scene): Content {
  const content = contentOf(view, scene)
  return { ...content, message: withRevocation(scene, content.message) }
}

function contentOf(view: Exclude<View, { name: FirstState }>, scene: Scene): Content {
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
    case 'accounts':
      return addAccount(scene, view)
    case 'connected':
      return connected(scene, view)
    case 'failed':
      return failed(scene, view)
  }
}

/** Gives a state all texts: a host's own first, then ours. */
export const completeScene = (scene: FirstScene): Scene => ({
  ...scene,
  text: { ...defaultText, ...scene.text },
  language: scene.own || /^en\b/i.test(scene.language) ? scene.language : 'en',
  nest: (seed) => nest(scene, seed),
})

/** Adds to the first button what needs more words: a hint in a browser inside another app, and what became of a connection. */
export function completeIdle(
  { ended: connection }: Extract<View, { name: 'idle' }>,
  scene: Scene,
  first: Content,
): Content {
  const content = connection ? ended(scene, connection, first) : first
  return {
    ...content,
    message: withRevocation(scene, content.message),
    more: isInApp() ? copyLink(scene) : undefined,
  }
}

type FirstState = 'loading' | 'fault' | 'idle' | 'list'

/** A connection has ended here; perhaps the service does not know. */
function withRevocation({ text, revocation }: Scene, message: string): string {
  return revocation && revocation !== 'revoked' ? `${message} ${text[revocation]}` : message
}
