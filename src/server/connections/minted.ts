/** Tokens that are had for stored credentials, whenever one is needed: they live in this process and are never stored. */

import type { ClientCredentialsConnector, ScopeRules, TwoStepConnector } from '../../protocol/connector.ts'
import { AuthenticationError, NetworkError } from '../../protocol/errors.ts'
import type { ConfiguredConnector } from '../connectors/find.ts'
import { sha256 } from '../digest.ts'
import type { Core, MintedToken, Minting } from '../core.ts'
import { type Authentication } from '../oauth/client-authentication.ts'
import { captureValues } from '../oauth/capture.ts'
import { measured } from '../oauth/measured.ts'
import { type Parameters, nameParameters, resourcesOf, serviceRequest } from '../oauth/service-request.ts'
import { refusalOf, tokenReason } from '../oauth/refusal.ts'
import { authenticated } from '../oauth/token-request.ts'
import { type TokenAnswer, type Tokens, printable, at, readBody, readTokenResponse } from '../oauth/token-response.ts'
import { withBasic } from '../entered/injection.ts'
import { withoutValues } from '../entered/quoted.ts'
import { Secret } from '../secret.ts'
import { type Values, fillAll, fillHeaders, fillUrl } from '../template.ts'

type MintingConnector = ConfiguredConnector<ClientCredentialsConnector | TwoStepConnector>

interface MintingPlace {
  readonly rowId: string
  readonly generation: number
  readonly force: boolean
  /** A token that will not do. */
  readonly unwanted?: string | undefined
}

/**
 * Gives a token for stored credentials: the one that is there, or a new one. Any number of callers share one call.
 *
 * @param place - The connection's row and generation: new credentials get a new token.
 * @throws {AuthenticationError} `credentials_rejected` · `client_registration_refused`
 * @throws {NetworkError} `service_unavailable`
 */
export async function mintedToken(
  core: Core,
  connector: MintingConnector,
  values: Values,
  place: MintingPlace,
): Promise<MintedToken> {
  const usualMarginMs = (connector.record.refresh?.marginSeconds ?? 30) * 1_000
  const held = core.minted.get(place.rowId)
  if (held?.generation === place.generation) {
    const { token } = held
    // Whoever comes while one is on its way takes that one.
    if (!token) return held.flight
    const wanted = !place.force && token.accessToken !== place.unwanted
    const marginMs = Math.min(usualMarginMs, (token.expiresAt - token.receivedAt) / 2)
    if (wanted && (token.expiresAt === 0 || token.expiresAt - marginMs > core.settings.now())) return token
  }
  const flight = mint(core, connector, values).then((minted) => keep(core, minted))
  const minting: Minting = { generation: place.generation, flight, token: undefined }
  remember(core, place.rowId, minting)
  try {
    minting.token = await flight
    return minting.token
  } catch (error) {
    if (core.minted.get(place.rowId) === minting) core.minted.delete(place.rowId)
    throw error
  }
}

/** A token that is let go is had anew. */
const maxMinted = 10_000

function remember({ minted }: Core, rowId: string, minting: Minting): void {
  // Whoever was asked last is the newest.
  minted.delete(rowId)
  const [oldest] = minted.keys()
  if (minted.size >= maxMinted && oldest !== undefined) minted.delete(oldest)
  minted.set(rowId, minting)
}

function keep(core: Core, { tokens, captured }: Minted): MintedToken {
  const { accessToken, tokenType, expiresInSeconds, scopes } = tokens
  const expiresAt = expiresInSeconds === undefined ? 0 : core.settings.now() + expiresInSeconds * 1_000
  return { accessToken, tokenType, expiresAt, receivedAt: core.settings.now(), scopes, captured }
}

/** A token and what was told beside it. */
export interface Minted {
  readonly tokens: Tokens
  readonly captured: Values
}

/**
 * Gets a token for credentials, at once.
 *
 * @see RFC 6749 §4.4
 */
export async function mint(core: Core, connector: MintingConnector, values: Values): Promise<Minted> {
  const { record, client } = connector
  // The host's own client id, where nobody typed one.
  const all = { ...(client.clientId ? { clientId: client.clientId } : {}), ...values }
  const headers = new Headers(fillHeaders(record.token.headers, withBasic(all)))
  const parameters = await parametersOf(connector, all, headers)
  const request = serviceRequest({
    url: fillUrl(record.token.url ?? '', all),
    method: record.token.method ?? 'POST',
    body: record.token.body ?? 'form',
    parameters: nameParameters(parameters, record.token),
    headers,
  })
  // What is typed is one tenant's: a service that has enough of it may still have none of another's.
  const server = {
    name: record.name,
    key: `${record.id} ${new URL(request.url).origin} ${sha256(JSON.stringify(values))}`,
  }
  const answer = await core.pace.run(server, () => measured(core, record.id, 'token').send(request))
  core.pace.heed(server, answer)
  const scopeRules = record.method === 'client_credentials' ? record.scope : undefined
  const rules = { token: record.token, refresh: record.refresh, authorize: scopeRules ? { scope: scopeRules } : {} }
  const result = readTokenResponse(rules, answer, core.settings.now())
  if (result.kind === 'tokens') {
    const { tokens } = result
    return { tokens, captured: await captureValues(record, { token: readBody(answer) }, values) }
  }
  throw errorOfAnswer(connector, values, result, printable(at(readBody(answer), 'message')))
}

/** What an answer without a token means: the host's registration, what was typed, or the service's moment. */
function errorOfAnswer(
  { record }: MintingConnector,
  values: Values,
  result: Exclude<TokenAnswer, { readonly kind: 'tokens' }>,
  told: string,
): Error {
  switch (result.kind) {
    case 'unavailable':
      return new NetworkError(
        'service_unavailable',
        `${record.name} answered ${result.status}. Try again in a moment.`,
        {
          retryable: true,
          statusCode: result.status,
        },
      )
    case 'unreadable':
      return rejected(record.name, 'it answered with something else than a token', true)
    case 'request_refused':
      if (record.method === 'two_step' || values['clientSecret'] !== undefined)
        return rejected(record.name, result.error, false)
      return refusalOf(
        tokenReason(result.error),
        `${record.name} refuses our client registration (${result.error}). Correct client id and secret.`,
      )
    case 'grant_rejected':
      return rejected(record.name, result.error, false)
    case 'refused': {
      const why = withoutValues(told || result.error, values) || `it answered ${result.status}`
      return rejected(record.name, why, result.status !== 401)
    }
  }
}

/** The scopes that a service account asks for. */
export function usualScopes(rules: ScopeRules | undefined): readonly string[] {
  return [...new Set([...(rules?.required ?? []), ...(rules?.default ?? [])])]
}

async function parametersOf(connector: MintingConnector, values: Values, headers: Headers): Promise<Parameters> {
  const { record } = connector
  const fixed = Object.entries(fillAll(record.token.params, values))
  switch (record.method) {
    case 'two_step':
      return fixed
    case 'client_credentials': {
      const scopes = usualScopes(record.scope)
      const standard: Parameters = [
        ['grant_type', 'client_credentials'],
        ...(scopes.length > 0 ? [['scope', scopes.join(record.scope?.separator ?? ' ')] as const] : []),
        ...resourcesOf(record.resource, values),
      ]
      return authenticated(authenticationOf({ ...connector, record }, values), [...fixed, ...standard], headers)
    }
  }
}

/** The person's own client id and secret, or the host's. */
function authenticationOf(
  { record, client }: ConfiguredConnector<ClientCredentialsConnector>,
  values: Values,
): Authentication {
  const { clientId, clientSecret } = values
  const typed =
    clientId === undefined || clientSecret === undefined
      ? undefined
      : { clientId, clientSecret: new Secret(clientSecret), privateKey: undefined }
  return {
    method: record.token.auth ?? 'client_secret_basic',
    client: typed ?? client,
    issuer: record.issuer === null ? null : fillUrl(record.issuer, values),
    rawBasic: record.token.rawBasic,
  }
}

/** A refusal that may have another cause than the credentials is `retryable`: it ends no connection. */
function rejected(name: string, why: string, retryable: boolean): AuthenticationError {
  return new AuthenticationError(
    'credentials_rejected',
    `${name} did not accept the credentials: ${why}. Correct them.`,
    {
      retryable,
    },
  )
}
