/** Reads credentials of any kind: for servers, because a page gets tokens only. */

import { anyCredentials } from '../protocol/credentials.ts'
import type { Call } from './call.ts'
import type { CredentialsRequest } from './routes.ts'

/** Gives a valid access token, or what was typed; `'accessToken' in credentials` tells which. */
export const readAnyCredentials = (call: Call, connectorId: string, body: CredentialsRequest) =>
  call(`POST /api/v1/connections/${encodeURIComponent(connectorId)}/credentials`, { answer: anyCredentials, body })
