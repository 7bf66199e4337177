/** The bridge's entrance: a form that a page posts into its popup, which binds the attempt to this browser. */

import { AuthenticationError, ConnectorAuthError, InvalidRequestError } from '../../protocol/errors.ts'
import { bridgeForm, confirmForm } from '../../protocol/routes.ts'
import { requireConnector } from '../connectors/find.ts'
import type { Core } from '../core.ts'
import { sha256 } from '../digest.ts'
import { sameText } from '../sessions/park.ts'
import type { SessionRow } from '../sessions/rows.ts'
import { openSessionDetails } from '../sessions/sealed.ts'
import { bindingCookie, boundSecret } from './binding-cookie.ts'
import { checked, readForm } from './body.ts'
import { noteRefusedAttempt } from './refusal.ts'
import { page } from './pages.ts'

/**
 * Enters the bridge: the browser itself writes `Origin` on a POST navigation, the secret is the widget's own.
 *
 * The same form again does the same until an answer is there. The answer is a page, not a redirect: the host's
 * `form-action` would stop one.
 *
 * Whoever may not enter gets a page that says so, and nothing is changed.
 */
export function enterBridge(core: Core, request: Request): Promise<Response> {
  return orRefused(core, async () => enter(core, request))
}

async function enter(core: Core, request: Request): Promise<Response> {
  const { session, secret } = checked(bridgeForm, await readForm(request))
  const row = await bridgeSession(core, session)
  requireNavigation(request)
  if (request.headers.get('origin') !== row?.origin || !sameText(sha256(secret), row.binding_hash)) throw notStarted()
  await markStarted(core, row)
  return core.settings.confirmBridge
    ? confirmPage(core, row, { 'set-cookie': bindingCookie(core.settings, row.id, secret, 'pending') })
    : goOn(core, row, secret)
}

/**
 * Goes on from the page that names who connects what: needed where a tenant may choose origins (attack 4d).
 */
export function confirmBridge(core: Core, request: Request): Promise<Response> {
  return orRefused(core, async () => confirm(core, request))
}

async function confirm(core: Core, request: Request): Promise<Response> {
  const { session } = checked(confirmForm, await readForm(request))
  const row = await bridgeSession(core, session)
  requireNavigation(request)
  const secret = boundSecret(core.settings, request, session, 'pending')
  const ours = request.headers.get('origin') === core.settings.publicUrl.origin
  if (!row || !ours || !secret || !sameText(sha256(secret), row.binding_hash)) throw notStarted()
  return goOn(core, row, secret)
}

/** A person looks at this window, so a refusal is a page. */
async function orRefused(core: Core, work: () => Promise<Response>): Promise<Response> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ConnectorAuthError)) throw error
    core.settings.logger.info('the bridge was not entered', { reason: error.reason })
    await noteRefusedAttempt(core, error.reason)
    return page({
      status: error.reason === 'not_started_here' ? 403 : 400,
      title: 'Not started here',
      text: 'This connection was not started here, or its time is up. Close this window, return to the app and connect again.',
    })
  }
}

async function bridgeSession(core: Core, id: string): Promise<SessionRow | undefined> {
  return core.store.db
    .selectFrom('auth_session')
    .selectAll()
    .where('id', '=', id)
    .where('space', '=', core.settings.space)
    .where('road', '=', 'bridge')
    .where('status', '=', 'INACTIVE')
    .where('parked', '=', '')
    .where('expires_at', '>', core.settings.now())
    .executeTakeFirst()
}

/** A fetch cannot enter: what is bound is a window that a person looks at. */
function requireNavigation(request: Request): void {
  const destination = request.headers.get('sec-fetch-dest')
  const mode = request.headers.get('sec-fetch-mode')
  if ((destination ?? 'document') !== 'document' || (mode ?? 'navigate') !== 'navigate') throw notStarted()
}

async function markStarted(core: Core, row: SessionRow): Promise<void> {
  await core.store.db
    .updateTable('auth_session')
    .set({ started_at: core.settings.now() })
    .where('id', '=', row.id)
    .where('started_at', '=', 0)
    .execute()
}

/** Binds this browser and sends it on. */
async function goOn(core: Core, row: SessionRow, secret: string): Promise<Response> {
  const { authorizationUrl: url } = await openSessionDetails(core, row)
  if (url === undefined) throw new InvalidRequestError('not_found', 'There is no such attempt.')
  const headers = { 'set-cookie': bindingCookie(core.settings, row.id, secret, 'bound') }
  return page({ status: 200, title: 'Connecting', text: 'One moment …', act: { kind: 'go', url }, headers })
}

async function confirmPage(core: Core, row: SessionRow, headers: Readonly<Record<string, string>>): Promise<Response> {
  const { name: service } = (await requireConnector(core, row.connector, row.registration)).record
  const person = row.label || row.subject
  return page({
    status: 200,
    title: `Connect ${service}`,
    text: `Connect your ${service} account to ${core.settings.appName} for ${person}? If this is not you, close this window.`,
    form: { action: `${core.settings.basePath}/bridge/confirm`, session: row.id, button: 'Continue' },
    // Without it the form's own POST would carry `Origin: null`.
    headers: { ...headers, 'referrer-policy': 'same-origin' },
  })
}

function notStarted(): AuthenticationError {
  return new AuthenticationError('not_started_here', 'This connection was not started here, or its time is up.')
}
