/** A document of the client's own in a hidden frame, for forms that cannot be posted from the window they open. */

export interface BridgeHelper {
  /** The document; made anew where the host has taken it away. */
  document(): Document
  /** Whether the click that just happened is its click too: it must have been there before. */
  hasClick(): boolean
}

/** Makes the helper; it goes with the signal. */
export function createBridgeHelper(signal: AbortSignal): BridgeHelper {
  // No address: `frame-src 'none'` does not forbid it.
  const frame = document.createElement('iframe')
  frame.hidden = true
  frame.ariaHidden = 'true'
  frame.tabIndex = -1
  signal.addEventListener('abort', () => frame.remove())
  const place = () => {
    if (!frame.isConnected) (document.body ?? document.documentElement).append(frame)
  }
  place()
  return {
    document() {
      place()
      return frame.contentDocument ?? document
    },
    // WebKit says that the click still counts, and then opens no window for a form after the click's own task.
    hasClick: () => !isWebKit() && !!frame.contentWindow?.navigator.userActivation?.isActive,
  }
}

/** By the engine's own word; every browser on iOS is one. */
const isWebKit = () => navigator.vendor.startsWith('Apple')
