/** Schemes that the host performs itself: functions it registers for a connector of method `custom`. */

import type { Account } from '../protocol/connection.ts'
import { account } from '../protocol/connection.ts'
import { AuthenticationError, ConnectorAuthError, InvalidResponseError, NetworkError } from '../protocol/errors.ts'
import { scope } from '../protocol/ids.ts'
import { SchemaError, parse } from '../protocol/parse.ts'
import { type Infer, list, object, text, whole } from '../protocol/schema.ts'
import type { TokenAnswer, Tokens } from './oauth/token-response.ts'
import type { Values } from './template.ts'

const customTokens = object(
  { accessToken: text({ pattern: '^[\\x21-\\x7e]+$', maxLength: 16_384 }) },
  {
    refreshToken: text({ pattern: '^[\\x21-\\x7e]*$', maxLength: 16_384 }),
    tokenType: text({ maxLength: 64 }),
    expiresInSeconds: whole({ minimum: 0 }),
    scopes: list(scope),
    /** Whose account it is. */
    account,
  },
)
/** What a scheme yields; sealed and kept like an authorization server's tokens. */
export type CustomTokens = Infer<typeof customTokens>

/** What a scheme has when it renews or ends tokens. */
export interface CustomGrant {
  readonly accessToken: string
  readonly refreshToken: string
  /** What the person typed. */
  readonly values: Values
}

/**
 * One scheme. An {@link AuthenticationError} that it throws is a verdict: at first `credentials_rejected` with its message,
 * at a renewal the end of the connection. Any other error is taken for passing.
 */
export interface CustomScheme {
  authenticate(request: { readonly values: Values; readonly scopes: readonly string[] }): Promise<CustomTokens>
  refresh?(grant: CustomGrant): Promise<CustomTokens>
  revoke?(grant: CustomGrant): Promise<void>
}

/**
 * @throws {AuthenticationError} `credentials_rejected` · {@link InvalidResponseError} `invalid_token_response` ·
 *   {@link NetworkError} `service_unavailable` for whatever else the scheme throws
 */
export async function authenticateCustom(
  scheme: CustomScheme,
  name: string,
  request: { readonly values: Values; readonly scopes: readonly string[] },
): Promise<{ readonly tokens: Tokens; readonly account: Account | undefined }> {
  try {
    return read(await scheme.authenticate(request))
  } catch (error) {
    if (error instanceof AuthenticationError)
      throw new AuthenticationError('credentials_rejected', error.message, { cause: error })
    if (error instanceof ConnectorAuthError) throw error
    throw new NetworkError('service_unavailable', `${name} cannot be asked now. Try again in a moment.`, {
      cause: error,
      retryable: true,
    })
  }
}

/** A renewal in the words that a token endpoint's answer has. */
export async function renewCustom(scheme: CustomScheme, grant: CustomGrant): Promise<TokenAnswer> {
  try {
    if (!scheme.refresh) return { kind: 'unavailable', status: 501 }
    return { kind: 'tokens', tokens: read(await scheme.refresh(grant)).tokens }
  } catch (error) {
    if (error instanceof AuthenticationError) return { kind: 'grant_rejected', error: error.reason }
    if (error instanceof ConnectorAuthError && error.reason === 'invalid_token_response') return { kind: 'unreadable' }
    return { kind: 'unavailable', status: 502 }
  }
}

function read(answer: unknown): { readonly tokens: Tokens; readonly account: Account | undefined } {
  let told: CustomTokens
  try {
    told = parse(customTokens, answer)
  } catch (cause) {
    if (!(cause instanceof SchemaError)) throw cause
    throw new InvalidResponseError('invalid_token_response', `The custom scheme's answer: ${cause.message}.`)
  }
  const { accessToken, refreshToken = '', tokenType = 'Bearer', expiresInSeconds, scopes } = told
  const raw = { status: 200, contentType: '', text: '', header: () => undefined }
  return { tokens: { accessToken, refreshToken, tokenType, expiresInSeconds, scopes, raw }, account: told.account }
}
