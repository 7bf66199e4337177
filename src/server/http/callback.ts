/** The redirect URI on the backend: looks the state up, then does what the attempt's road wants. */

import { callbackPage, callbackPolicy } from '../../protocol/callback-page.ts'
import { ConnectorAuthError } from '../../protocol/errors.ts'
import type { Core } from '../core.ts'
import { sha256 } from '../digest.ts'
import { callbackUrl } from '../sessions/choose-road.ts'
import { type Parked, parkAnswer } from '../sessions/park.ts'
import type { SessionRow } from '../sessions/rows.ts'
import { boundSecret, clearedBindingCookie } from './binding-cookie.ts'
import { readForm } from './body.ts'
import { noteRefusedAttempt } from './refusal.ts'
import { page } from './pages.ts'

/** Where an answer came back. */
export interface CallbackPlace {
  readonly space: string
  readonly connectorId: string
}

/** Answers a redirect; whatever belongs to no attempt of this road, browser or time gets a plain word. */
export async function answerCallback(
  core: Core,
  { space, connectorId }: CallbackPlace,
  request: Request,
): Promise<Response> {
  const url = new URL(request.url)
  const row = await core.store.db
    .selectFrom('auth_session')
    .selectAll()
    .where('state_hash', '=', sha256(url.searchParams.get('state') ?? ''))
    .where('space', '=', space)
    .where('connector', '=', connectorId)
    .executeTakeFirst()
  // The path names the connector: an answer of one server is never taken for another's (RFC 9700 §4.4.2).
  if (row?.redirect_uri !== callbackUrl(core.settings, connectorId)) return notStartedHere()
  if (row.road !== 'app_callback') return park(core, row, request, url)
  return new Response(callbackPage({ inline: true }), {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': callbackPolicy,
      'x-frame-options': 'DENY',
    },
  })
}

/**
 * `response_mode=form_post`: a GET of the same browser follows, which brings its cookie (RFC 9700 §4.12: 303). Nothing is
 * looked at here: what stands in the form twice, or in the query too, is refused there.
 */
export async function redirectPostedCallback(core: Core, request: Request): Promise<Response> {
  try {
    const params = [...new URL(request.url).searchParams, ...Object.entries(await readForm(request))]
    return new Response(null, { status: 303, headers: { location: `?${new URLSearchParams(params).toString()}` } })
  } catch (error) {
    if (!(error instanceof ConnectorAuthError)) throw error
    core.settings.logger.info('a posted callback was not taken', { reason: error.reason })
    return notStartedHere('This connection cannot be finished.')
  }
}

async function park(core: Core, row: SessionRow, request: Request, url: URL): Promise<Response> {
  try {
    const secret = boundSecret(core.settings, request, row.id, 'bound')
    return answerFor(core, row, await parkAnswer(core, row, url.search.slice(1), secret))
  } catch (error) {
    if (!(error instanceof ConnectorAuthError)) throw error
    core.settings.logger.info('a callback was not taken', { sessionId: row.id, reason: error.reason })
    await noteRefusedAttempt(core, error.reason)
    return error.reason === 'not_started_here'
      ? notStartedHere()
      : notStartedHere('This connection cannot be finished.')
  }
}

function answerFor(core: Core, row: SessionRow, parked: Parked): Response {
  const cleared = { 'set-cookie': clearedBindingCookie(core.settings, row.id) }
  switch (parked.road) {
    case 'bridge':
      return parked.returnTo
        ? new Response(null, { status: 303, headers: { location: parked.returnTo, ...cleared } })
        : page({
            status: 200,
            title: 'Done',
            text: 'Done. Close this window and return to the app.',
            act: { kind: 'close' },
            headers: cleared,
          })
    case 'host_callback':
      return new Response(null, { status: 303, headers: { location: parked.location } })
    case 'typed_code':
      return page({
        status: 200,
        title: 'Your code',
        text: `Type this code where you started. Nobody else may ask you for it: whoever has it can connect your account to theirs.`,
        code: parked.code,
      })
  }
}

function notStartedHere(what = 'This connection was not started here, or its time is up.'): Response {
  return page({
    status: 400,
    title: 'Not started here',
    text: `${what} Close this window, return to the app and connect again.`,
  })
}
