/** Follows a page through the back-forward cache: a page that is put away lets go, and takes up again when it is shown. */

/** Calls `start` now and whenever the page is shown again, and what it gave when the page is put away or the signal ends. */
export function followPage(signal: AbortSignal, start: (again: boolean) => () => void): void {
  if (signal.aborted) return
  let stop: (() => void) | undefined = start(false)
  const end = () => {
    stop?.()
    stop = undefined
  }
  // No `unload`: it would keep the page out of that cache.
  addEventListener('pagehide', end, { signal })
  addEventListener('pageshow', () => (stop ??= start(true)), { signal })
  signal.addEventListener('abort', end)
}
