/** Builds the authorization URL: only from the record, the registration and the session, never from a caller's words. */

import { AuthenticationError, NetworkError } from '../../protocol/errors.ts'
import { parse, SchemaError } from '../../protocol/parse.ts'
import { object, text, whole } from '../../protocol/schema.ts'
import type { EgressRequest } from '../egress/egress.ts'
import { fillAll } from '../template.ts'
import type { Contact } from './contact.ts'
import { type ProofSender, sendWithProof, thumbprintOf } from './dpop.ts'
import { withEachSecret } from './each-secret.ts'
import { authorizationReason, refusalOf } from './refusal.ts'
import { type Parameters, nameParameters, resourcesOf, serviceRequest } from './service-request.ts'
import { authenticated, authenticationOf } from './token-request.ts'
import { at, printable, readBody } from './token-response.ts'

export interface AuthorizationRequest {
  readonly contact: Contact
  readonly redirectUri: string
  readonly scopes: readonly string[]
  readonly state: string
  readonly codeChallenge: string
  readonly nonce: string
  readonly force: boolean
}

export interface AuthorizationUrl {
  readonly url: string
  /** How long the authorization server keeps a pushed request; undefined: as long as we keep the attempt. */
  readonly expiresInSeconds: number | undefined
}

/**
 * Makes the URL of an authorization request, pushed first where the server wants that.
 *
 * @throws {AuthenticationError} `client_registration_refused` · `authorization_refused`
 * @throws {NetworkError} `authorization_server_unavailable`
 * @see RFC 6749 §4.1.1, RFC 7636 §4.3, OpenID Connect Core §3.1.2.1 (nonce, prompt), RFC 9126, RFC 8707 §2
 */
export async function authorizationUrl(sender: ProofSender, request: AuthorizationRequest): Promise<AuthorizationUrl> {
  const { record, endpoints, client } = request.contact
  const parameters = await parametersOf(request)
  if (endpoints.par === undefined) return { url: writeUrl(request.contact, parameters), expiresInSeconds: undefined }
  const pushed = await push(sender, request.contact, endpoints.par, parameters)
  const front = nameParameters(
    [
      ['client_id', client.clientId],
      ['request_uri', pushed.request_uri],
    ],
    record.authorize,
  )
  return { url: writeUrl(request.contact, front), expiresInSeconds: pushed.expires_in }
}

async function parametersOf(request: AuthorizationRequest): Promise<Parameters> {
  const { record, client, values, proofKey } = request.contact
  const { authorize } = record
  const force = request.force ? (authorize.force ?? { prompt: 'login' }) : {}
  const fixed = fillAll({ ...authorize.params, ...mergePrompt(authorize.params?.['prompt'], force) }, values)
  const standard: Parameters = [
    ['response_type', 'code'],
    ['client_id', client.clientId],
    ['redirect_uri', request.redirectUri],
    ['state', request.state],
    ...(request.scopes.length > 0 ? [['scope', request.scopes.join(authorize.scope?.separator ?? ' ')] as const] : []),
    ...(authorize.pkce === false
      ? []
      : ([
          ['code_challenge', request.codeChallenge],
          ['code_challenge_method', 'S256'],
        ] as const)),
    ...(request.scopes.includes('openid') ? [['nonce', request.nonce] as const] : []),
    ...resourcesOf(record.resource, values),
    ...(proofKey ? [['dpop_jkt', await thumbprintOf(proofKey)] as const] : []),
  ]
  return nameParameters([...Object.entries(fixed), ...standard], authorize)
}

/** Spaces are written `%20`, which servers that read a query by RFC 3986 alone understand too. */
function writeUrl({ record, endpoints }: Contact, parameters: Parameters): string {
  const url = new URL(endpoints.authorize)
  const raw = record.authorize.raw ?? []
  const written = parameters.map(([name, value]) => {
    // As it stands, but for what would end the value or the URL.
    const text = raw.includes(name) ? value.replace(/[&#%\s]/g, encodeURIComponent) : encodeURIComponent(value)
    return `${encodeURIComponent(name)}=${text}`
  })
  if (record.authorize.fragment) {
    const before = url.hash.slice(1)
    const joint = before === '' ? '' : before.includes('?') ? '&' : '?'
    url.hash = `${before}${joint}${written.join('&')}`
    return url.href
  }
  const names = new Set(parameters.map(([name]) => name))
  for (const name of names) url.searchParams.delete(name)
  const own = url.search.slice(1)
  url.search = [...(own ? [own] : []), ...written].join('&')
  return url.href
}

/** `prompt` is a list: asking for a new sign-in must not take the record's `consent` away (OpenID Connect Core §3.1.2.1). */
function mergePrompt(
  fixed: string | undefined,
  force: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const wanted = force['prompt']
  return fixed && wanted
    ? { ...force, prompt: [...new Set([...wanted.split(' '), ...fixed.split(' ')])].join(' ') }
    : force
}

const pushedAnswer = object({ request_uri: text({ minLength: 1 }), expires_in: whole({ minimum: 1 }) })

/** RFC 9126 §2.1 */
async function pushRequest(contact: Contact, url: string, parameters: Parameters): Promise<EgressRequest> {
  const headers = new Headers()
  const body = await authenticated(
    authenticationOf(contact),
    // An assertion or a secret names the client; a second client_id would be a doubled parameter.
    parameters.filter(([name]) => name !== 'client_id'),
    headers,
  )
  const named = body.some(([name]) => name === 'client_id')
  const all: Parameters = named ? body : [['client_id', contact.client.clientId], ...body]
  return serviceRequest({ url, method: 'POST', body: 'form', parameters: all, headers })
}

/** RFC 9126 §2.2 */
async function push(sender: ProofSender, contact: Contact, url: string, parameters: Parameters) {
  const answer = await withEachSecret(contact, (one) =>
    sendWithProof(sender, () => pushRequest(one, url, parameters), one.proofKey),
  )
  const { name } = contact.record
  if (answer.status >= 500 || answer.status === 429) {
    throw new NetworkError('authorization_server_unavailable', `${name} answered ${answer.status}. Try again.`, {
      retryable: true,
      statusCode: answer.status,
    })
  }
  const read = readBody(answer)
  if (answer.status > 299) {
    const error = printable(at(read, 'error')) || String(answer.status)
    if (answer.status === 401 || error === 'invalid_client')
      throw new AuthenticationError(
        'client_registration_refused',
        `${name} refuses our client registration (${error}). Correct client id and secret.`,
      )
    throw refusalOf(authorizationReason(error), `${name} refused the request (${error}).`)
  }
  try {
    return parse(pushedAnswer, read, 'drop')
  } catch (cause) {
    if (!(cause instanceof SchemaError)) throw cause
    throw new AuthenticationError('authorization_refused', `${name} did not answer the pushed request as it must.`)
  }
}
