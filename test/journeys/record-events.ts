/** Notes every event of the element and every refusal by policy, in the page. */

/** Runs in the page before anything else. */
export function recordEvents(): void {
  const seen: string[] = []
  Object.assign(globalThis, { seen })
  const names =
    'ready open popup-opened popup-blocked popup-maybe-closed returned connected denied cancelled expired failed status-change token-refreshed needs-reconnect disconnected storage-degraded'
  for (const name of names.split(' '))
    document.addEventListener(`connector-auth-${name}`, () => void seen.push(`connector-auth-${name}`))
  document.addEventListener(
    'securitypolicyviolation',
    (event) => void seen.push(`violation ${event.violatedDirective}`),
  )
}
