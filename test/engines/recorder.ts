/** A script of the host page that keeps what the element told, and how each attempt ended. */

const names =
  'ready open popup-opened popup-blocked popup-maybe-closed returned connected denied cancelled expired failed status-change storage-degraded'

/** Its text; `seen` holds the events' names without their prefix, `failed` with its reason. */
export const recorder = `
globalThis.seen = []
for (const name of '${names}'.split(' '))
  document.addEventListener('connector-auth-' + name, (event) => {
    seen.push(name + (event.reason ? ' ' + event.reason : ''))
    // Joins the attempt that the click began, so its outcome is that of connect().
    if (name === 'open') event.target.connect().then(({ status }) => (globalThis.outcome = status))
  })
document.addEventListener('securitypolicyviolation', ({ violatedDirective }) => seen.push('violation ' + violatedDirective))
addEventListener('error', ({ message }) => seen.push('error ' + message))
addEventListener('unhandledrejection', ({ reason }) => seen.push('rejection ' + reason))
`
