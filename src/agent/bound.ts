/** What every act of an agent is bound to: a backend, an owner, and the way to send. */

import { type Call, readAnyCredentials } from '../api/index.ts'
import type { CredentialsRequest, Owner } from '../api/routes.ts'
import type { AnyCredentials } from '../protocol/credentials.ts'

export interface Bound {
  readonly call: Call
  /** Whose connections. */
  readonly who: Owner
  /** The backend's public URL, without a slash at its end. */
  readonly backend: string
  readonly apiKey: string
  readonly fetch: typeof fetch
  /** Ends every wait. */
  readonly signal: AbortSignal | undefined
  /** Asks the backend for credentials. */
  readonly read: (connectorId: string, wanted?: CredentialsRequest) => Promise<AnyCredentials>
}

/** Binds a caller to an owner. */
export const boundTo = (of: Omit<Bound, 'read'>): Bound => ({
  ...of,
  read: (connectorId, wanted = {}) => readAnyCredentials(of.call, connectorId, { ...of.who, ...wanted }),
})
