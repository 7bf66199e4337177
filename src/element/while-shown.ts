/** Listens to the window for an element, while that is in the page; loaded beside first paint. */

import type { ReactiveControllerHost } from 'lit'

/** An element that controllers can be added to. */
export type Shown = ReactiveControllerHost & HTMLElement

/** By the event: an element listens once, however often it is asked to. */
const listening = new Map<string, WeakSet<Shown>>()

/** Adds a listener that goes with the element, and comes back with it. */
export function listenWhileShown<Type extends keyof WindowEventMap>(
  host: Shown,
  type: Type,
  listener: (event: WindowEventMap[Type]) => void,
): void {
  const hosts = listening.get(type) ?? new WeakSet()
  listening.set(type, hosts)
  if (hosts.has(host)) return
  hosts.add(host)
  host.addController({
    hostConnected: () => addEventListener(type, listener),
    hostDisconnected: () => removeEventListener(type, listener),
  })
}
