/** Which way an attempt runs, and where its answer comes back. */

import type { AuthSessionRequest } from '../../protocol/auth-session.ts'
import type { OAuthConnector } from '../../protocol/connector.ts'
import { AuthenticationError, InvalidRequestError } from '../../protocol/errors.ts'
import type { Settings } from '../options.ts'
import type { Asker } from './rows.ts'

/** A road with what only it has. */
export type Road =
  | { readonly name: 'app_callback' | 'loopback'; readonly redirectUri: string; readonly codeChallenge: string }
  | {
      readonly name: 'bridge'
      readonly redirectUri: string
      readonly codeChallenge: string
      readonly bindingHash: string
      /** Where the callback goes on to without a popup; '' = it closes itself. */
      readonly returnTo: string
    }
  | { readonly name: 'host_callback'; readonly redirectUri: string; readonly returnTo: string }
  | { readonly name: 'typed_code'; readonly redirectUri: string }
  | { readonly name: 'device' }

/**
 * Chooses the road: a page's by its origin and its callback page, an API key's by what it brings.
 *
 * @throws {InvalidRequestError} `callback_not_configured` · `invalid_redirect` · `invalid_request`
 * @throws {AuthenticationError} `road_not_allowed`
 */
export function chooseRoad(
  settings: Settings,
  record: OAuthConnector,
  request: AuthSessionRequest,
  asker: Asker,
): Road {
  return asker.kind === 'page'
    ? pageRoad(settings, record, request, asker.origin)
    : hostRoad(settings, record.id, request, asker.subject)
}

function pageRoad(settings: Settings, record: OAuthConnector, request: AuthSessionRequest, origin: string): Road {
  refuse(request, ['returnUrl', 'redirectUri', 'road', 'client'], 'is for API keys')
  const codeChallenge = required(request.codeChallenge, 'codeChallenge')
  const framed = request.framed === true
  // Nothing reaches a page of the app by POST.
  const posted = record.authorize.params?.['response_mode'] === 'form_post'
  const redirectUri = framed || posted ? undefined : appCallback(settings, origin, record.id)
  if (redirectUri !== undefined) return { name: 'app_callback', redirectUri, codeChallenge }
  if (request.bindingHash === undefined) throw noCallback(origin, framed)
  return {
    name: 'bridge',
    redirectUri: callbackUrl(settings, record.id),
    codeChallenge,
    bindingHash: request.bindingHash,
    returnTo: request.returnTo === undefined ? '' : onOrigin(request.returnTo, origin, framed),
  }
}

/** The callback page of the app itself: a static one, or the backend's where both share an origin. */
function appCallback(settings: Settings, origin: string, connectorId: string): string | undefined {
  const template = settings.callbacks.get(origin)
  if (template) return template.replaceAll('{connector}', connectorId)
  return origin === settings.publicUrl.origin ? callbackUrl(settings, connectorId) : undefined
}

function noCallback(origin: string, framed: boolean): InvalidRequestError {
  const mend = framed
    ? 'A framed page cannot use it; open the page at the top level.'
    : `Configure callbacks for ${origin}.`
  return new InvalidRequestError('callback_not_configured', `${origin} has no callback page of its own. ${mend}`)
}

/** A full-page redirect ends where it began: on the session's own origin (attacks 13 to 15). */
function onOrigin(returnTo: string, origin: string, framed: boolean): string {
  if (framed) throw new InvalidRequestError('invalid_redirect', 'returnTo: a framed page is not left.')
  if (isPlain(returnTo) && `${returnTo}/`.startsWith(`${origin}/`)) return new URL(returnTo).href
  throw new InvalidRequestError('invalid_redirect', `returnTo: must be an absolute URL on ${origin}.`)
}

function hostRoad(settings: Settings, connectorId: string, request: AuthSessionRequest, subject: string): Road {
  refuse(request, ['bindingHash', 'returnTo', 'framed'], 'is for pages')
  const ways = [request.redirectUri, request.returnUrl, request.road].filter((way) => way !== undefined)
  if (ways.length > 1)
    throw new InvalidRequestError('invalid_request', 'redirectUri, returnUrl, road: name one of them at most.')
  if (request.redirectUri !== undefined) {
    const codeChallenge = required(request.codeChallenge, 'codeChallenge')
    return { name: 'loopback', redirectUri: loopback(request.redirectUri), codeChallenge }
  }
  refuse(request, ['codeChallenge'], 'is kept by the backend on this road')
  if (request.road === 'device') {
    if (settings.deviceConnectors.has(connectorId)) return { name: 'device' }
    throw new AuthenticationError('road_not_allowed', `Device authorization is off for ${connectorId}.`)
  }
  // Whoever comes back must be somebody: two nobodies are equal.
  if (subject === '')
    throw new InvalidRequestError('invalid_request', 'subject: is missing. Name the person who is to come back.')
  const redirectUri = callbackUrl(settings, connectorId)
  if (request.returnUrl === undefined) return { name: 'typed_code', redirectUri }
  if (!settings.returnUrls.has(request.returnUrl))
    throw new InvalidRequestError('invalid_redirect', 'returnUrl: is not exactly one of the registered return URLs.')
  return { name: 'host_callback', redirectUri, returnTo: request.returnUrl }
}

/** An IP literal, because a name may resolve elsewhere (RFC 8252 §7.3 and §8.3). */
function loopback(redirectUri: string): string {
  const match = /^http:\/\/(127\.0\.0\.1|\[::1\]):\d{1,5}(\/[\w./~-]*)?$/.test(redirectUri)
  if (match && URL.canParse(redirectUri)) return redirectUri
  throw new InvalidRequestError(
    'invalid_redirect',
    'redirectUri: must be http://127.0.0.1:<port>/ or http://[::1]:<port>/.',
  )
}

/** No backslash, control character or fragment: behind an origin, every parser reads the rest alike (attack 13). */
function isPlain(text: string): boolean {
  return /^[^\s\\#\p{Cc}]+$/u.test(text) && URL.canParse(text)
}

function required(value: string | undefined, field: string): string {
  if (value !== undefined) return value
  throw new InvalidRequestError('invalid_request', `${field}: is missing.`)
}

function refuse(request: AuthSessionRequest, fields: readonly (keyof AuthSessionRequest)[], why: string): void {
  const field = fields.find((name) => request[name] !== undefined)
  if (field) throw new InvalidRequestError('invalid_request', `${field}: ${why}.`)
}

/** The redirect URI on the backend: it names space and connector, so that no code is taken for another server's (RFC 9700 §4.4.2). */
export function callbackUrl(settings: Pick<Settings, 'publicUrl' | 'basePath' | 'space'>, connectorId: string): string {
  return `${settings.publicUrl.origin}${settings.basePath}/callback/${settings.space}/${connectorId}`
}
