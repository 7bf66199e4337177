/** The backend's API: a caller bound to a backend and a credential, and one function per route. */

export * from './administration.ts'
export * from './attempts.ts'
export * from './connectors.ts'
export * from './credentials.ts'
export { enterCredentials } from './entry.ts'
export * from './host-attempts.ts'
export { type ApiOptions, type Call, createCall } from './call.ts'
export * from './routes.ts'
export { type WaitOptions, waitForCompletion } from './wait.ts'
