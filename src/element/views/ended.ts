/** A connection needs a reconnect: why, of whom, and the ways on. */

import type { Connection } from '../../client/index.ts'
import { isolate } from '../insert.ts'
import type { Content, Scene } from './card.ts'
import { disconnectButton } from './disconnect.ts'
import { sentences } from './sentences.ts'

/** What the card says of a connection that has ended, beside the button that renews it. */
export function ended(scene: Scene, { account, reason }: Connection, { message, ...content }: Content): Content {
  const { text } = scene
  const why = reasons[reason ?? ''] ?? 'endedByService'
  const whose = account ? `${isolate(account.name, message)}: ` : ''
  return {
    ...content,
    message: whose + sentences(text, message, text[why]),
    actions: [...(content.actions ?? []), disconnectButton(scene, account?.name)],
  }
}

/** As the backend says them. */
const reasons: Readonly<Record<string, 'endedByTime' | 'endedByFault'>> = {
  expired_without_refresh_token: 'endedByTime',
  refresh_outcome_unknown: 'endedByFault',
}
