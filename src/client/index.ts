/** The browser core: a client without a view (entry `connector-auth/client`). */

export type { WaitOptions } from '../api/wait.ts'
export type { Account, Connection, Disconnected, Scopes } from '../protocol/connection.ts'
export type { Credentials } from '../protocol/credentials.ts'
export {
  AuthenticationError,
  ConnectorAuthError,
  type ErrorCode,
  InvalidRequestError,
  InvalidResponseError,
  NetworkError,
  TimeoutError,
} from '../protocol/errors.ts'
export type { Input, InputValues } from '../protocol/inputs.ts'
export type { PublicConnector } from '../protocol/public-connector.ts'
export type { Reason } from '../protocol/reasons.ts'
export type { Attempt, AttemptListener, Resumed } from './attempt.ts'
export type { AttemptEvent, AttemptState, Problem } from './attempt-machine.ts'
export type { AuthSession, Completion } from './auth-session.ts'
export { type Client, createClient } from './client.ts'
export type {
  BrowserScheme,
  ClientEvent,
  ClientOptions,
  ConnectRequest,
  ConnectionStatus,
  ConnectorFetchInit,
  CredentialStore,
  CredentialsOptions,
  Outcome,
  SchemeRequest,
  SchemeTokens,
  SessionRequest,
  Which,
} from './options.ts'
