/** An OpenID provider that consents at once, for libraries that redeem in the browser: public clients, open to every origin. */

import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { SignJWT, generateKeyPair } from 'jose'
import { type Listening, listen } from '../../src/node/index.ts'

export interface OpenServer {
  readonly url: string
  close(): Promise<void>
}

/** Starts it on 127.0.0.1: `/authorize` (redirect, or a message to the opener) and `/oauth/token`. */
export async function startOpenServer(): Promise<OpenServer> {
  const { privateKey } = await generateKeyPair('RS256')
  const nonces = new Map<string, { readonly nonce: string; readonly audience: string }>()
  const app = new Hono()
  const listening: Listening = await listen({ fetch: async (request) => app.fetch(request) }, { port: 0 })
  const url = `http://127.0.0.1:${listening.port}`
  app.get('/authorize', (context) => {
    const { state = '', nonce = '', client_id: audience = '', redirect_uri: to = '', ...more } = context.req.query()
    const code = crypto.randomUUID()
    nonces.set(code, { nonce, audience })
    const answer = { code, state }
    if (more['response_mode'] === 'web_message') return context.html(messagePage(answer, new URL(to).origin))
    return context.redirect(`${to}?${new URLSearchParams(answer)}`)
  })
  app.use('/oauth/token', cors())
  app.post('/oauth/token', async (context) => {
    const code = new URLSearchParams(await context.req.text()).get('code') ?? ''
    const { nonce = '', audience = '' } = nonces.get(code) ?? {}
    const token = new SignJWT(nonce ? { nonce } : {}).setProtectedHeader({ alg: 'RS256' }).setSubject('alice')
    const idToken = await token
      .setIssuer(`${url}/`)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime('10h')
      .sign(privateKey)
    return context.json({
      access_token: crypto.randomUUID(),
      id_token: idToken,
      token_type: 'Bearer',
      expires_in: 36_000,
      scope: 'openid profile email',
    })
  })
  app.use('/auth/*', cors())
  // What a page of supabase asks for.
  app.post('/auth/token', async (context) => {
    const user = { id: crypto.randomUUID(), aud: 'authenticated', email: 'alice@example.com' }
    const token = new SignJWT({ email: user.email }).setProtectedHeader({ alg: 'RS256' }).setSubject(user.id)
    return context.json({
      access_token: await token.setExpirationTime('10h').sign(privateKey),
      refresh_token: crypto.randomUUID(),
      token_type: 'bearer',
      expires_in: 36_000,
      user,
    })
  })
  return { url, close: () => listening.close() }
}

const messagePage = (response: object, origin: string): string =>
  `<!doctype html><script>opener.postMessage(${JSON.stringify({ type: 'authorization_response', response })}, '${origin}')</script>`
