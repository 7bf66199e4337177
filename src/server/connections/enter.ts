/** Connects an account with what a person typed: verified at the service before anything is kept. */

import type { Account } from '../../protocol/connection.ts'
import type { ClientCredentialsConnector, ConnectorRecord, TwoStepConnector } from '../../protocol/connector.ts'
import { InvalidRequestError } from '../../protocol/errors.ts'
import type { InputValues } from '../../protocol/inputs.ts'
import { type ConfiguredConnector, requireConnector } from '../connectors/find.ts'
import { scopeRulesOf } from '../connectors/public.ts'
import type { Core } from '../core.ts'
import { authenticateCustom } from '../custom.ts'
import { inputsOf } from '../entered/fields.ts'
import { readValues } from '../entered/read-values.ts'
import { verifyValues } from '../entered/verify.ts'
import { inTime } from '../in-time.ts'
import { measured } from '../oauth/measured.ts'
import type { Values } from '../template.ts'
import type { Owner } from '../tokens/owner.ts'
import { noDetails } from './details.ts'
import { mint, usualScopes } from './minted.ts'
import { type WantedConnection, resolveConnection } from './resolve.ts'
import { grantedScopes, scopesOf } from './rows.ts'
import { saveGrant } from './save.ts'
import type { Keepsake } from './tokens.ts'

export interface EnterRequest {
  readonly owner: Owner
  readonly connectorId: string
  readonly values: InputValues
  readonly connection?: WantedConnection | undefined
  /** The only scopes that the asker may hold; absent: any. */
  readonly limit?: readonly string[] | undefined
}

/** What the service said about the values. */
interface Checked {
  readonly account: Account | undefined
  readonly requested: readonly string[]
  readonly granted: readonly string[]
  readonly kept: Keepsake
}

/**
 * Connects with typed values; the same account again renews its connection.
 *
 * @throws {InvalidRequestError} `invalid_input` · `wrong_method` · `connector_not_configured` · `connection_ambiguous`
 * @throws {AuthenticationError} `credentials_rejected` · `account_mismatch` · `not_connected` for a named connection that is not
 * @throws {NetworkError} `service_unavailable`
 */
export async function enterCredentials(core: Core, request: EnterRequest) {
  const connector = await requireConnector(core, request.connectorId)
  const { record } = connector
  const values = readValues(inputsOf(record, connector.client.clientId !== ''), request.values)
  const wanted = await resolveConnection(core, request.owner, record.id, request.connection)
  const { account, requested, granted, kept } = await check(core, connector, values, request.limit)
  const grant = { owner: request.owner, connectorId: record.id, ...wanted, requested, granted, account, kept }
  const saved = await saveGrant(core, { ...grant, registration: connector.registration }, async () => {})
  return {
    status: 'ACTIVE' as const,
    ...saved,
    scopes: scopesOf(requested, granted, scopeRulesOf(record)),
    account: account ?? null,
  }
}

async function check(
  core: Core,
  connector: ConfiguredConnector,
  values: Values,
  limit: readonly string[] | undefined,
): Promise<Checked> {
  const { record } = connector
  switch (record.method) {
    case 'api_key':
    case 'basic':
    case 'bearer': {
      const account = await verifyValues(measured(core, record.id, 'verify').send, record, record.verify, values)
      return { account, requested: [], granted: [], kept: keepsakeOf(values) }
    }
    case 'client_credentials':
    case 'two_step':
      return checkMinted(core, { ...connector, record }, values)
    case 'custom':
      return checkCustom(core, record, values, limit)
    case 'oauth2':
      throw new InvalidRequestError(
        'wrong_method',
        `${record.name} is connected at its own consent page. Start an auth session.`,
      )
  }
}

async function checkMinted(
  core: Core,
  connector: ConfiguredConnector<ClientCredentialsConnector | TwoStepConnector>,
  values: Values,
): Promise<Checked> {
  const { record } = connector
  const { tokens, captured } = await mint(core, connector, values)
  const { accessToken } = tokens
  const account = await verifyValues(measured(core, record.id, 'verify').send, record, record.verify, {
    ...values,
    ...captured,
    accessToken,
  })
  const requested = record.method === 'client_credentials' ? usualScopes(record.scope) : []
  return {
    account,
    requested,
    granted: grantedScopes(scopeRulesOf(record), tokens.scopes, requested),
    kept: keepsakeOf(values),
  }
}

async function checkCustom(
  core: Core,
  record: ConnectorRecord,
  values: Values,
  limit: readonly string[] | undefined,
): Promise<Checked> {
  const scheme = core.settings.custom.get(record.id)
  if (!scheme)
    throw new InvalidRequestError('connector_not_configured', `No custom scheme is registered for ${record.id}.`)
  const asking = authenticateCustom(scheme, record.name, { values, scopes: limit ?? [] })
  const { tokens, account } = await inTime(asking, core.settings.limits.tokenEndpointSeconds, record.name)
  const granted = tokens.scopes ?? []
  return { account, requested: granted, granted, kept: { ...tokens, details: { ...noDetails, inputs: values } } }
}

/** What was typed is what is kept; a token that is had for it is not. */
function keepsakeOf(values: Values): Keepsake {
  const details = { ...noDetails, inputs: values }
  return { accessToken: '', refreshToken: '', tokenType: '', expiresInSeconds: undefined, details }
}
