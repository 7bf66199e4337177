/** Entry `connector-auth/agent`: for servers and agents, in any runtime with fetch. */

export { type Agent, createAgent } from './agent.ts'
export type { AuthCallback, AuthParams, AuthenticateResult } from './authenticate.ts'
export { type AuthorizationRequired, AuthorizationRequiredError } from './authorization-required.ts'
export type { AuthSession, Completed, InitializeOptions, Receiver } from './auth-session.ts'
export { bearerErrorOf } from './bearer-error.ts'
export { type ClientSession, type ClientSessionOptions, createClientSession } from './client-session.ts'
export type { ConnectorFetchInit, ProtectedRequest, ProtectedRequestHook } from './connector-fetch.ts'
export type { AgentOptions, ReadOptions } from './options.ts'
export { type NextPage, type Page, getPages } from './pages.ts'
export type { TokenPlace } from './place-token.ts'
export { type RetryOptions, retrying } from './retry.ts'
export type { OwnToken, TokenLoader, TokenSaver, TokenUpdater } from './token-hooks.ts'
export type { UserSession, UserSessionOptions } from './user-session.ts'
export type { AuthSessionStatus } from '../protocol/auth-session.ts'
export type { Connection, Disconnected } from '../protocol/connection.ts'
export type { AnyCredentials, Credentials, EnteredCredentials } from '../protocol/credentials.ts'
export type { WaitOptions } from '../api/index.ts'
export * from '../protocol/errors.ts'
export { FastnAuth } from './fastn.ts'
export type { FastnCredentials, GetCredentialsOptions } from './fastn-credentials.ts'
export type {
  AuthResult,
  FastnAuthSession,
  InitializeOptions as FastnInitializeOptions,
  PollOptions,
  StatusResponse,
} from './fastn-session.ts'
export type { AuthToken, FastnAuthOptions } from './fastn-wire.ts'
