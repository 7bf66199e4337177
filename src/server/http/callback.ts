/** The redirect URI on the backend: looks the state up, then answers with the page that hands the answer over. */

import { callbackPage, callbackPolicy } from '../../protocol/callback-page.ts'
import { callbackUrl } from '../sessions/create.ts'
import type { Core } from '../core.ts'
import { sha256 } from '../digest.ts'

/** Answers a redirect: the callback page for an attempt of the app-callback road, a plain word for everything else. */
export async function answerCallback(core: Core, space: string, connectorId: string, url: URL): Promise<Response> {
  const session = await core.store.db
    .selectFrom('auth_session')
    .select('redirect_uri')
    .where('state_hash', '=', sha256(url.searchParams.get('state') ?? ''))
    .where('space', '=', space)
    .where('connector', '=', connectorId)
    .executeTakeFirst()
  if (session?.redirect_uri !== callbackUrl(core.settings, connectorId))
    return page(400, notStartedHere, "default-src 'none'; frame-ancestors 'none'")
  return page(200, callbackPage({ inline: true }), callbackPolicy)
}

const notStartedHere = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Not started here</title>
<p>This connection was not started here, or its time is up. Close this window, return to the app and connect again.</p></html>
`

function page(status: number, html: string, policy: string): Response {
  return new Response(html, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'x-frame-options': 'DENY',
    },
  })
}
