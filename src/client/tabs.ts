/** Tells the other tabs of this browser what has changed, and hears it from them; no message carries a credential. */

import { fit } from '../protocol/fit.ts'
import { type Infer, object, text, whole } from '../protocol/schema.ts'

/** What changed: of which person ('': whoever it is), which cache keys (all that begin so), and since when; older things
 * are no longer good. */
const change = object({
  tag: text({ pattern: '^([0-9a-f]{32})?$', maxLength: 32 }),
  key: text({ maxLength: 16_384 }),
  generation: whole(),
})
export type Change = Infer<typeof change>

const channelName = 'connector-auth'

export type Announce = (change: Change) => void

export interface TabsOptions {
  readonly onChange: (change: Change) => void
  /** The page was taken out of the back/forward cache: what was told meanwhile was not heard. */
  readonly onRestored: () => void
  readonly signal: AbortSignal
}

/** Opens the channel between tabs until the signal ends it. */
export function openTabs({ onChange, onRestored, signal }: TabsOptions): Announce {
  let channel: BroadcastChannel | undefined
  const close = () => channel?.close()
  const open = () => {
    try {
      channel = new BroadcastChannel(channelName)
      channel.onmessage = ({ data }) => {
        const heard = read(data)
        if (heard) onChange(heard)
      }
    } catch {
      // A page that may not speak to its own origin has no other tabs.
    }
  }
  if (!signal.aborted) open()
  signal.addEventListener('abort', close)
  // Some browsers keep no page in the back/forward cache that has a channel open.
  addEventListener('pagehide', close, { signal })
  addEventListener(
    'pageshow',
    ({ persisted }) => {
      if (!persisted) return
      open()
      onRestored()
    },
    { signal },
  )
  return (told) => {
    try {
      // Not on the channel above: it ends with the person, and that they left is to be told too.
      const once = signal.aborted ? new BroadcastChannel(channelName) : channel
      once?.postMessage(told)
      if (signal.aborted) once?.close()
    } catch {
      // The page is on its way out.
    }
  }
}

/** Anyone on this origin can speak on a channel; what is not ours is not worth a word. */
function read(data: unknown): Change | undefined {
  try {
    return fit(change, data)
  } catch {
    return undefined
  }
}
