/** Entry `connector-auth/agent`: for servers and agents, in any runtime with fetch. */

export { type Agent, type AgentOptions, type ReadOptions, createAgent } from './agent.ts'
export type { Connection, Disconnected } from '../protocol/connection.ts'
export type { AnyCredentials, Credentials, EnteredCredentials } from '../protocol/credentials.ts'
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
