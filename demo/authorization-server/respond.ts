/** Sends the demo service's own pages with the headers an authorization server's pages should have. */
import type { ServerResponse } from 'node:http'

/** Sends a page; only the script with this nonce may run in it, and nobody may frame it. */
export function sendHtml(response: ServerResponse, page: string, nonce = '', status = 200): void {
  const script = nonce ? `script-src 'nonce-${nonce}'; ` : ''
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    // No form-action: browsers apply it to the redirects after a form too, and those lead to the client.
    'content-security-policy': `default-src 'none'; ${script}style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'`,
  })
  response.end(page)
}

/** Sends JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}
