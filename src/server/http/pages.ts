/** The few pages that a person sees of the backend itself: one sentence each, no foreign resource. */

import { randomToken } from '../digest.ts'

/** A page's text is escaped here; nothing else goes into it. */
export interface PageContent {
  readonly status: number
  readonly title: string
  readonly text: string
  /** Shown large, to be read and typed. */
  readonly code?: string
  /** A form that goes on: where to, its one hidden field, the button's text. */
  readonly form?: { readonly action: string; readonly session: string; readonly button: string }
  /** What the page does by itself. */
  readonly act?: { readonly kind: 'close' } | { readonly kind: 'go'; readonly url: string }
  readonly headers?: Readonly<Record<string, string>>
}

const style =
  ':root{color-scheme:light dark}body{display:grid;place-items:center;min-height:90vh;margin:0 1rem;font:1rem/1.5 system-ui,sans-serif;text-align:center}main{max-width:32rem;overflow-wrap:anywhere}strong{font-size:2rem;letter-spacing:.1em}button{font:inherit;padding:.6rem 1.2rem;min-height:44px;cursor:pointer}'

/**
 * Writes a page under a policy of its own: one script and one style by nonce, no frame around it.
 *
 * @see RFC 9700 §4.16 (clickjacking)
 */
export function page(content: PageContent): Response {
  const nonce = randomToken()
  const { title, text, code, form, act } = content
  const refresh = act?.kind === 'go' ? `<meta http-equiv="refresh" content="1;url=${escape(act.url)}">` : ''
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(title)}</title>
<style nonce="${nonce}">${style}</style>
${refresh}
</head>
<body><main role="status">
<p>${escape(text)}</p>
${code === undefined ? '' : `<p><strong>${escape(code)}</strong></p>`}
${form ? formOf(form) : ''}
</main>${scriptOf(act, nonce)}</body>
</html>
`
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`
  return new Response(html, {
    status: content.status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'x-frame-options': 'DENY',
      ...content.headers,
    },
  })
}

function formOf({ action, session, button }: NonNullable<PageContent['form']>): string {
  return `<form method="post" action="${escape(action)}"><input type="hidden" name="session" value="${escape(session)}"><button>${escape(button)}</button></form>`
}

function scriptOf(act: PageContent['act'], nonce: string): string {
  if (!act) return ''
  // JSON with `<` escaped ends no script element, whatever the URL holds.
  const script =
    act.kind === 'close' ? 'window.close()' : `location.replace(${JSON.stringify(act.url).replaceAll('<', '\\u003c')})`
  return `<script nonce="${nonce}">${script}</script>`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
}
