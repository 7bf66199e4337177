/** Notes every event of the element and every refusal by policy, in the page. */

/** Runs in the page before anything else. */
export function recordEvents(names: readonly string[]): void {
  const seen: string[] = []
  Object.assign(globalThis, { seen })
  for (const name of names) document.addEventListener(name, () => void seen.push(name))
  document.addEventListener(
    'securitypolicyviolation',
    (event) => void seen.push(`violation ${event.violatedDirective}`),
  )
}
