/** The form that enters the bridge: the browser itself writes `Origin` on a POST navigation, which a page cannot forge. */

/** Where the form goes and what it carries. */
export interface BridgeEntry {
  readonly startUrl: string
  readonly id: string
  readonly secret: string
}

/** What forbids a form: a Content-Security-Policy, or the sandbox of a frame. */
export type Forbidden = 'form-action' | 'allow-forms'

/**
 * Posts the entry from a document that is the client's own.
 *
 * @param target - '' for the document's own window.
 * @param onForbidden - hears of what forbids it; a window that opened stays blank then.
 */
export function postEntry(
  inside: Document,
  { startUrl, id, secret }: BridgeEntry,
  target: '' | '_blank' | '_top',
  onForbidden: (what: Forbidden) => void,
): void {
  // Else the host's own `no-referrer` would turn Origin into `null`.
  const referrer = inside.createElement('meta')
  referrer.name = 'referrer'
  referrer.content = 'origin'
  inside.head.append(referrer)
  const form = inside.createElement('form')
  form.method = 'post'
  form.action = startUrl
  form.target = target
  form.rel = 'noopener'
  for (const [name, value] of Object.entries({ session: id, secret })) {
    const field = inside.createElement('input')
    field.type = 'hidden'
    field.name = name
    field.value = value
    form.append(field)
  }
  inside.body.append(form)
  inside.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
    if (effectiveDirective === 'form-action') onForbidden(effectiveDirective)
  })
  if (!canSubmit(form)) return onForbidden('allow-forms')
  form.submit()
  // The navigation is under way; a helper document would gather forms and secrets.
  if (target) form.remove()
}

/** A sandbox without `allow-forms` stops a form before its `submit` event, and says so to nobody (WebKit: after it). */
function canSubmit(form: HTMLFormElement): boolean {
  let submitted = false
  form.addEventListener(
    'submit',
    (event) => {
      event.preventDefault()
      submitted = true
    },
    { once: true },
  )
  form.requestSubmit()
  return submitted
}
