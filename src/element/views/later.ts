/** What the card holds once something goes on; loaded beside first paint, not before it. */

import type { TemplateResult } from 'lit'
import { isInApp } from '../../client/in-app.ts'
import type { Connection } from '../../client/index.ts'
import { defaultText } from '../text.ts'
import type { View } from '../view.ts'
import { accountLabel, title } from './account-label.ts'
import { accounts, addAccount } from './accounts.ts'
import { blocked, ready, waiting } from './attempt.ts'
import { type Content, type FirstScene, type Scene, type Seed, button } from './card.ts'
import { connected } from './connected.ts'
import { entry } from './entry.ts'
import { copyLink } from './copy-link.ts'
import { ended } from './ended.ts'
import { failed } from './failed.ts'
import { nest } from './nest.ts'
import { sentences } from './sentences.ts'

export { focusCard, focusIn, keepFocus } from './focus.ts'
export { laterStyles } from './later-styles.ts'

/** A scene with everything that is loaded here. */
interface WholeScene extends Scene {
  /** What the card holds, beside what is shown at first. */
  readonly content: (view: Exclude<View, { name: FirstState }>) => Content
  /** Adds to the first button what needs more words. */
  readonly idle: (view: Extract<View, { name: 'idle' }>, first: Content) => Content
  /** Puts a card for each connection before the one of the connector. */
  readonly accounts: (all: readonly Connection[], own: TemplateResult) => TemplateResult
}

/** Gives a state all texts: a host's own first, then ours. */
export function completeScene(scene: FirstScene, view: View): WholeScene {
  const text = { ...defaultText, ...scene.text }
  const nested = (seed: Seed) => nest(scene, seed)
  const language = scene.own || /^en\b/i.test(scene.language) ? scene.language : 'en'
  const spoken = { ...scene, language }
  const whole: Scene = {
    ...spoken,
    text,
    label: accountLabel(spoken, view, text),
    title: title(spoken, text),
    nest: nested,
  }
  return {
    ...whole,
    content: (shown) => laterContent(shown, whole),
    idle: (shown, first) => completeIdle(shown, whole, first),
    accounts: (all, own) => accounts(all, own, whole),
  }
}

/** What the card holds, beside what is shown at first. */
function laterContent(view: Exclude<View, { name: FirstState }>, scene: Scene): Content {
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

/** Adds to the first button what needs more words: a hint in a browser inside another app, and what became of a connection. */
function completeIdle({ ended: connection }: Extract<View, { name: 'idle' }>, scene: Scene, first: Content): Content {
  const content = connection ? ended(scene, connection, first) : first
  return {
    ...content,
    message: withRevocation(scene, content.message),
    more: isInApp() ? copyLink(scene) : undefined,
  }
}

type FirstState = 'loading' | 'fault' | 'idle' | 'list'

/** A connection has ended here; perhaps the service does not know. */
function withRevocation({ text, revocation, connector }: Scene, message: string): string {
  if (!revocation || revocation === 'revoked') return message
  // What was typed is no app in the service's settings.
  const typed = connector?.asks && connector.method !== 'oauth2'
  return sentences(text, message, text[typed && revocation === 'unsupported' ? 'unsupportedKey' : revocation])
}
