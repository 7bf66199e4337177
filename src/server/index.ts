/** Entry `connector-auth/server`: the backend and what a host needs around it. */

export { honoHandler } from './adapters/hono.ts'
export { nextHandlers } from './adapters/next.ts'
export { nodeListener } from './adapters/node.ts'
export { type Backend, createBackend } from './backend.ts'
export type { RequestInfo } from './http/router.ts'
export { catalogue } from './catalogue/catalogue.ts'
export { type Finding, lintConnector } from './catalogue/lint/lint.ts'
export { type ImportedProvider, readProviderFile } from './compat/provider-files.ts'
export { connectorOf } from './compat/provider-record.ts'
export { credentialHosts } from './connectors/receivers.ts'
export type { CustomGrant, CustomScheme, CustomTokens } from './custom.ts'
export type { LogFields, Logger } from './logger.ts'
export { type MintConnectToken, type MintOptions, createMint } from './mint.ts'
export { type BackendOptions, type ClientRegistration, type Limits, optionFaults } from './options.ts'
export { callbackUrl } from './sessions/choose-road.ts'
export { Secret } from './secret.ts'
export { exportStore } from './stores/export.ts'
export { importStore } from './stores/import.ts'
export { type KeyRing, readKeyRing } from './sealing/key-ring.ts'
export { type RotateOptions, type RotateReport, rotateKeys } from './sealing/rotate.ts'
export { type VerifyOptions, type VerifyReport, retireKey, verifyKeys } from './sealing/verify.ts'
export { sqliteStore } from './stores/sqlite.ts'
export type { Migrated } from './stores/migrate.ts'
export { knownSchemaVersion } from './stores/migrations.ts'
export type { Store } from './stores/store.ts'
export type {
  ClientCredentialsConnector,
  ConnectorRecord,
  EnteredConnector,
  OAuthConnector,
  TwoStepConnector,
} from '../protocol/connector.ts'
export type { ConnectTokenAnswer, ConnectTokenRequest } from '../protocol/connect-token.ts'
export type { JwtOptions, RateLimitOptions } from '../protocol/operations.ts'
export * from '../protocol/errors.ts'
