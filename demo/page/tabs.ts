/** Tells the demo's other tabs that the servers were set up anew, and hears of it from them. */

/** Listens for as long as the page is there.
 *
 * @returns What tells the others.
 */
export function listenToTabs(onSetUp: () => void): () => void {
  const channel = new BroadcastChannel('demo:set-up')
  channel.addEventListener('message', onSetUp)
  return () => channel.postMessage('set up')
}
