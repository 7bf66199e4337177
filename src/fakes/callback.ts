/** Sends a person back to the redirect URI, as the service does. */

import { type Asked, type Fake } from './fake.ts'
import type { FakeReply, FakeRequest } from './http.ts'
import { fillUrl } from './template.ts'

/** The header by which a visitor of the fake says no. */
export const decisionHeader = 'x-fake-decision'

/** The callback: a code and what is to be captured, or the person's no (RFC 6749 §4.1.2, RFC 9207 §2). */
export function sendBack(fake: Fake, request: FakeRequest, asked: Asked): FakeReply {
  const { oauth, issuer } = fake.says
  const to = new URL(asked.redirectUri || (fake.options.redirectUri ?? 'http://127.0.0.1/no-redirect-uri'))
  const denied = request.headers[decisionHeader] === 'deny'
  const parameters: Record<string, string> = {
    ...(asked.state ? { state: asked.state } : {}),
    ...(denied ? { error: 'access_denied', error_description: 'The person said no.' } : granted(fake, asked)),
    ...(oauth?.issuerRequired && issuer !== null ? { iss: fillUrl(issuer, fake.known) } : {}),
  }
  if (asked.responseMode === 'form_post') return formPost(to, parameters)
  for (const [name, value] of Object.entries(parameters)) to.searchParams.set(name, value)
  return { status: 303, headers: { location: to.href, 'cache-control': 'no-store' }, body: '' }
}

function granted(fake: Fake, asked: Asked): Readonly<Record<string, string>> {
  const { oauth, record } = fake.says
  const scopes = fake.options.grant ? asked.scopes.filter((one) => fake.options.grant?.includes(one)) : asked.scopes
  const untold = fake.says.scope?.untold?.filter((one) => !scopes.includes(one)) ?? []
  const family = fake.families.begin({
    account: { ...fake.account },
    scopes: [...scopes, ...untold],
    nonce: asked.nonce,
  })
  const code = fake.families.keep({ family, challenge: asked.challenge, redirectUri: asked.redirectUri })
  const told = Object.entries(record.capture ?? {})
    .filter(([, { from }]) => from === 'callback')
    .map(([name, { path }]) => [path, fake.captured.told[name] ?? ''])
  return { [oauth?.callback?.code ?? 'code']: code, ...Object.fromEntries(told) }
}

/** OAuth 2.0 Form Post Response Mode §2 */
function formPost(to: URL, parameters: Readonly<Record<string, string>>): FakeReply {
  const fields = Object.entries(parameters).map(
    ([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`,
  )
  const form = `<form method="post" action="${escape(to.href)}">${fields.join('')}</form>`
  const body = `<!doctype html>${form}<script>document.forms[0].submit()</script>`
  return { status: 200, headers: { 'content-type': 'text/html', 'cache-control': 'no-store' }, body }
}

const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')

/** Reads where a visit ended: the callback's address, with the fields of a form that would be posted there. */
export function callbackOf(location: string | null, page: string): URL | undefined {
  if (location !== null) return new URL(location)
  const action = /<form method="post" action="([^"]*)">/.exec(page)?.[1]
  if (action === undefined) return undefined
  const url = new URL(unescape(action))
  for (const [, name = '', value = ''] of page.matchAll(/name="([^"]*)" value="([^"]*)"/g))
    url.searchParams.set(unescape(name), unescape(value))
  return url
}

const unescape = (text: string) => text.replaceAll('&lt;', '<').replaceAll('&quot;', '"').replaceAll('&amp;', '&')
