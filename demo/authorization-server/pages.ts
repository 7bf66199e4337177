/** The pages a person sees at the demo service: choose an account, allow or deny, and what went wrong. */
import { accounts, scopes } from './accounts.ts'
import type { Account } from './accounts.ts'
import { Html, html } from './html.ts'
import { style } from './style.ts'

/** A page that asks which account to sign in with. */
export function loginPage(page: { readonly uid: string; readonly clientName: string; readonly nonce: string }): string {
  return frame({
    title: 'Sign in to Acme Cloud',
    nonce: page.nonce,
    body: html`<h1>Choose an account</h1>
      <p>to continue to <strong>${page.clientName}</strong></p>
      <form method="post" action="/interaction/${page.uid}/login">${accounts.map(accountButton)}</form>
      <form method="post" action="/interaction/${page.uid}/deny">
        <button class="quiet" data-testid="login-cancel">Cancel</button>
      </form>`,
  })
}

/** A page that lists what the client asks for. */
export function consentPage(page: {
  readonly uid: string
  readonly clientName: string
  readonly nonce: string
  readonly account: Account
  readonly requested: readonly string[]
}): string {
  return frame({
    title: 'Allow access to Acme Cloud',
    nonce: page.nonce,
    body: html`<h1>${page.clientName} wants access to your Acme Cloud account</h1>
      <div class="who"><small data-testid="consent-account">${page.account.email}</small>
        <form method="get" action="/interaction/${page.uid}">
          <button class="quiet" name="switch" value="1" data-testid="consent-switch">Use another account</button>
        </form></div>
      <form method="post" action="/interaction/${page.uid}/consent">
        <ul>${page.requested.map(scopeItem)}</ul>
        <div class="choices">
          <button formaction="/interaction/${page.uid}/deny" data-testid="consent-deny">Deny</button>
          <button class="primary" data-testid="consent-allow">Allow</button>
        </div>
      </form>`,
  })
}

/** A page that says what went wrong, for errors that must not travel to a redirect URI. */
export function errorPage(page: { readonly error: string; readonly description: string }): string {
  return frame({
    title: 'Acme Cloud cannot continue',
    body: html`<h1>We cannot continue</h1>
      <p>${page.description}</p>
      <p>Close this window and start again from the app. <code data-testid="error">${page.error}</code></p>`,
  })
}

/** The page at the server's root, for people who open its address. */
export function homePage(issuer: string): string {
  return frame({
    title: 'Acme Cloud',
    body: html`<h1>A local authorization server</h1>
      <p>This stands in for a third-party service. Apps find its endpoints at
        <a href="/.well-known/openid-configuration">${issuer}</a>.</p>`,
  })
}

/** A page that submits oidc-provider's own sign-out form, needed when a person switches accounts. */
export function signOutPage(form: string): string {
  return frame({
    title: 'Sign out of Acme Cloud',
    body: html`<h1>Sign out of Acme Cloud?</h1>
      ${new Html(form)}
      <div class="choices"><button class="primary" form="op.logoutForm" name="logout" value="yes">Sign out</button></div>`,
  })
}

function accountButton(account: Account): Html {
  return html`<button class="account" name="account" value="${account.id}" data-testid="login-${account.id}">
    <span class="face" aria-hidden="true">${account.name.slice(0, 1)}</span>
    <span><b>${account.name}</b><small>${account.email}</small></span></button>`
}

function scopeItem(scope: string): Html {
  const known = scopes[scope]
  const words = html`<span>${known?.words ?? scope}<code>${scope}</code></span>`
  if (!known?.optional) return html`<li class="scope"><span class="tick" aria-hidden="true">✓</span>${words}</li>`
  return html`<li class="scope"><label>
    <input type="checkbox" name="scope" value="${scope}" checked data-testid="scope-${scope}">${words}</label></li>`
}

function frame(page: { readonly title: string; readonly body: Html; readonly nonce?: string }): string {
  const opener = page.nonce
    ? html`<span data-testid="opener"></span><script nonce="${page.nonce}">
        document.querySelector('[data-testid=opener]').textContent = 'opener: ' + (window.opener ? 'present' : 'none')
      </script>`
    : ''
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title}</title><link rel="icon" href="data:,"><style>${style}</style></head>
<body><main>
<div class="brand"><svg viewBox="0 0 32 32" fill="currentColor" aria-hidden="true"><path
  d="M10 25a7 7 0 0 1-1.2-13.9A9 9 0 0 1 26 13.5 6 6 0 0 1 25 25H10Z"/></svg>Acme Cloud</div>
${page.body}
<footer>A demo service on this computer. No real account is involved. ${opener}</footer>
</main></body></html>`.text
}
