/** How one connection's tokens are renewed: at its authorization server, or by the host's own function. */

import { decodeJwt } from 'jose'
import type { ConnectorRecord, OAuthConnector, ScopeRules } from '../../protocol/connector.ts'
import type { RefreshRules } from '../../protocol/token-endpoint.ts'
import { InvalidRequestError, TimeoutError } from '../../protocol/errors.ts'
import { type ConfiguredConnector, requireConnector } from '../connectors/find.ts'
import { scopeRulesOf } from '../connectors/public.ts'
import type { Core } from '../core.ts'
import { type CustomScheme, renewCustom } from '../custom.ts'
import { inTime } from '../in-time.ts'
import type { EgressAnswer, EgressRequest } from '../egress/egress.ts'
import { type Contact, contactOf } from '../oauth/contact.ts'
import { captureValues } from '../oauth/capture.ts'
import { heeded, serverOf } from '../oauth/measured.ts'
import { type ProofSender, sendWithProof } from '../oauth/dpop.ts'
import { withEachSecret } from '../oauth/each-secret.ts'
import { accountIn } from '../oauth/identity.ts'
import type { PacedServer } from '../oauth/pace.ts'
import { tokenRequest } from '../oauth/token-request.ts'
import {
  type TokenAnswer,
  type Tokens,
  at,
  readBody,
  readTokenResponse,
  rescueRefreshToken,
} from '../oauth/token-response.ts'
import { RetryLaterError } from '../retry-later.ts'
import type { CredentialRow } from '../stores/tables.ts'
import type { Details } from './details.ts'
import type { ConnectionRow } from './rows.ts'
import { type Idle, idleOf, openDetails, openToken } from './tokens.ts'

export interface Renewed {
  readonly result: TokenAnswer
  /** The refresh token of an answer that cannot be used otherwise; '' where it has none. */
  readonly rescued: string
}

export interface Renewal {
  /** The connector's name, for messages. */
  readonly name: string
  readonly scopeRules: ScopeRules | undefined
  readonly refreshToken: string
  readonly details: Details
  /** How long what is presented next lives unused, where that is known. */
  idleAfter(expiresInSeconds: number | undefined): Idle | undefined
  /** Which server must bear it. */
  readonly server: PacedServer
  /** Writes the request: what goes wrong here has spent nothing. */
  prepare(): Promise<void>
  /**
   * Spends the refresh token.
   *
   * @param sinceLease - Milliseconds since the lease was asked for: nothing is sent whose answer could come after it.
   * @param late - Gets an answer that came after its limit, and after this has thrown.
   */
  renew(sinceLease: () => number, late: (renewed: Renewed) => void): Promise<Renewed>
  /** Whose account an answer is about; '' where it does not say. */
  accountOf(tokens: Tokens): string
  /** The details after an answer, which may tell new values. */
  detailsAfter(tokens: Tokens): Promise<Details>
}

/** Whether a connection's tokens can be renewed without the person. */
export function canRenew(core: Core, record: ConnectorRecord, row: CredentialRow): boolean {
  switch (record.method) {
    case 'oauth2':
      return renewsTokens(record.refresh, row)
    case 'custom':
      return core.settings.custom.get(record.id)?.refresh !== undefined
    case 'client_credentials':
    case 'api_key':
    case 'basic':
    case 'bearer':
    case 'two_step':
      return false
  }
}

function renewsTokens(rules: RefreshRules | undefined, row: CredentialRow): boolean {
  if (rules?.rotation === 'none') return false
  return row.refresh_token !== '' || rules?.present === 'access_token'
}

/**
 * Prepares a renewal; nothing has been sent when it is there.
 *
 * @throws {InvalidRequestError} `wrong_method` for a method whose tokens are not stored
 */
export async function renewalOf(core: Core, connection: ConnectionRow, row: CredentialRow): Promise<Renewal> {
  const connector = await requireConnector(core, connection.connector, connection.registration)
  const { record } = connector
  const scheme = core.settings.custom.get(record.id)
  const details = await openDetails(core, row, connection.tenant)
  const accessToken = await openToken(core, row, connection.tenant, 'access_token')
  const refreshToken = await openToken(core, row, connection.tenant, 'refresh_token')
  const held = { accessToken, refreshToken, details }
  if (record.method === 'oauth2') return oauthRenewal(core, { ...connector, record }, held)
  if (record.method === 'custom' && scheme) return customRenewal(core, connector, scheme, held)
  throw new InvalidRequestError('wrong_method', `Tokens of ${record.name} are not renewed.`)
}

interface Held {
  readonly accessToken: string
  readonly refreshToken: string
  readonly details: Details
}

async function oauthRenewal(
  core: Core,
  connector: ConfiguredConnector<OAuthConnector>,
  { accessToken, refreshToken, details }: Held,
): Promise<Renewal> {
  const { record } = connector
  const contact = await contactOf(core.discover, connector, details)
  const grant = { type: 'refresh_token', refreshToken, accessToken } as const
  let written: EgressRequest | undefined
  const nextRequest = async (tried: Contact) => {
    const request = written ?? (await tokenRequest(tried, grant))
    // Another try, with the nonce that was asked for, is another request: an assertion is used once.
    written = undefined
    return request
  }
  return {
    name: record.name,
    scopeRules: scopeRulesOf(record),
    refreshToken,
    details,
    idleAfter: (expiresInSeconds) => idleOf(record.refresh, expiresInSeconds),
    server: serverOf(contact),
    prepare: async () => void (written = await tokenRequest(contact, grant)),
    async renew(sinceLease) {
      const sender = withinLease(core, contact, sinceLease)
      const answer = await withEachSecret(contact, (tried) =>
        sendWithProof(sender, () => nextRequest(tried), contact.proofKey),
      )
      const rescued = rescueRefreshToken(record, answer)
      return { result: readOrNot(record, answer, core.settings.now()), rescued }
    },
    accountOf: (tokens) => accountTold(record, tokens),
    async detailsAfter(tokens) {
      const known = { ...details.inputs, ...details.captured }
      // A value that a refresh does not tell again stays as it was.
      const rules = Object.entries(record.capture ?? {}).map(([name, rule]) => [name, { ...rule, optional: true }])
      const capture = Object.fromEntries(rules)
      const told = await captureValues({ name: record.name, capture }, { token: readBody(tokens.raw) }, known)
      return { ...details, captured: { ...details.captured, ...told } }
    },
  }
}

/**
 * A call may ask for another one (a nonce, the previous secret), and a process may stand still: nothing is sent whose
 * answer could come after the lease.
 */
function withinLease(core: Core, contact: Contact, sinceLease: () => number): ProofSender {
  const { send, nonces } = heeded(core, contact, 'refresh')
  return {
    nonces,
    async send(request) {
      refuseWhenLate(core, contact.record, sinceLease)
      return send(request)
    },
  }
}

/** @throws {RetryLaterError} `authorization_server_busy`; nothing is spent then */
function refuseWhenLate(core: Core, { name }: ConnectorRecord, sinceLease: () => number): void {
  const { leaseSeconds, tokenEndpointSeconds } = core.settings.limits
  if (sinceLease() > (leaseSeconds - tokenEndpointSeconds) * 1_000)
    throw new RetryLaterError('authorization_server_busy', `${name} could not be asked in time. Try again.`, 1)
}

/** An answer that breaks its reader is none; its refresh token has been rescued by then. */
function readOrNot(record: OAuthConnector, answer: EgressAnswer, now: number): TokenAnswer {
  try {
    return readTokenResponse(record, answer, now)
  } catch {
    return { kind: 'unreadable' }
  }
}

/**
 * The account that a refresh answers for, where the record finds accounts in token answers.
 *
 * @see OpenID Connect Core §12.2: `sub` must be what it was
 */
function accountTold({ identity }: OAuthConnector, tokens: Tokens): string {
  if (identity?.from !== 'id_token' && identity?.from !== 'token_response') return ''
  const body = readBody(tokens.raw)
  if (identity.from === 'token_response') return accountIn(body, identity)?.id ?? ''
  const idToken = at(body, 'id_token')
  try {
    return typeof idToken === 'string' ? (accountIn(decodeJwt(idToken), identity)?.id ?? '') : ''
  } catch {
    return ''
  }
}

function customRenewal(core: Core, { record }: ConfiguredConnector, scheme: CustomScheme, held: Held): Renewal {
  const { details, accessToken, refreshToken } = held
  return {
    name: record.name,
    scopeRules: undefined,
    refreshToken,
    details,
    idleAfter: () => undefined,
    server: { name: record.name, key: record.id },
    prepare: async () => undefined,
    accountOf: () => '',
    async renew(sinceLease, late) {
      refuseWhenLate(core, record, sinceLease)
      const renewing = renewCustom(scheme, { accessToken, refreshToken, values: details.inputs })
      try {
        return { result: await inTime(renewing, core.settings.limits.tokenEndpointSeconds, record.name), rescued: '' }
      } catch (error) {
        if (error instanceof TimeoutError)
          renewing.then(
            (result) => late({ result, rescued: '' }),
            // Late, and nothing new.
            () => undefined,
          )
        throw error
      }
    },
    detailsAfter: async () => details,
  }
}
