/** One attempt to authorize, in Fastn's shape. */

import { poll } from '../api/wait.ts'
import { authSessionStatus } from '../protocol/auth-session.ts'
import { object, oneOf, text, whole } from '../protocol/schema.ts'
import { type FastnCredentials, type GetCredentialsOptions, readFastnCredentials } from './fastn-credentials.ts'
import type { Post } from './fastn-wire.ts'

export type FastnStatus = 'INACTIVE' | 'ACTIVE' | 'FAILED'

export interface InitializeOptions extends GetCredentialsOptions {
  /** One of the backend's `returnUrls`, which gets the completion code; without it the person reads a code off our page. */
  readonly returnUrl?: string
}

export interface PollOptions {
  /** Seconds between two questions; 2 where absent. */
  readonly interval?: number
  /** Seconds; 300 where absent. They end the wait, not the attempt. */
  readonly timeout?: number
  readonly signal?: AbortSignal
}

export interface StatusResponse {
  readonly status: FastnStatus
  readonly errorMessage?: string
}

export interface AuthResult extends StatusResponse {
  readonly credentials?: FastnCredentials
}

export interface FastnAuthSession {
  readonly id: string
  /** What the attempt is asked for by. The OAuth `state` stays in the backend. */
  readonly stateKey: string
  /** The consent page to open. */
  readonly redirectUrl: string
  /** Waits until it is ACTIVE or FAILED. @throws {TimeoutError} `timeout` · {@link AuthenticationError} `aborted` */
  waitForCompletion(options?: PollOptions): Promise<AuthResult>
  /** Asks once. */
  getStatus(): Promise<StatusResponse>
  /** @throws {AuthenticationError} `not_connected` before it is ACTIVE */
  getCredentials(): Promise<FastnCredentials>
  /**
   * Finishes it with the code that the return URL got or the person read. Call it while you answer a request of the
   * person (or tenant) it was started for: a link alone must never finish somebody's attempt.
   */
  complete(completionCode: string): Promise<StatusResponse>
}

const initiated = object({
  body: object({ connection_id: text(), auth_url: text({ maxLength: 16_384 }), expires_in: whole() }),
})
const asked = object({ body: object({ status: oneOf('pending', 'active', 'failed') }, { error_message: text() }) })

/** Starts an attempt. */
export async function startFastnSession(post: Post, options: InitializeOptions): Promise<FastnAuthSession> {
  const { connectorId, orgId = 'community', tenantId, connectionId, subject, returnUrl } = options
  const { body } = await post(
    '/api/connections/initiate',
    {
      connector: connectorId,
      org_id: orgId,
      tenant_id: tenantId,
      connection_id: connectionId,
      redirect_url: returnUrl,
      subject,
    },
    initiated,
    { tenantId },
  )
  const id = body.connection_id
  const getCredentials = async (signal?: AbortSignal) => readFastnCredentials(post, options, signal)
  const getStatus = async (signal?: AbortSignal) => readStatus(post, id, signal)
  return {
    id,
    stateKey: id,
    redirectUrl: body.auth_url,
    getStatus: async () => getStatus(),
    getCredentials: async () => getCredentials(),
    async waitForCompletion({ interval, timeout, signal } = {}) {
      const status = await poll(getStatus, isOver, { intervalSeconds: interval, timeoutSeconds: timeout, signal })
      return status.status === 'ACTIVE' ? { ...status, credentials: await getCredentials() } : status
    },
    async complete(completionCode) {
      const whose = { tenant: tenantId, org: orgId, subject: subject ?? tenantId, owner: subject ? 'user' : 'shared' }
      const path = `/api/v1/auth-sessions/${encodeURIComponent(id)}/complete`
      const status = await post(path, { completionCode, ...whose }, authSessionStatus)
      return status.status === 'FAILED' ? { status: 'FAILED', errorMessage: status.message } : { status: status.status }
    },
  }
}

const words = { pending: 'INACTIVE', active: 'ACTIVE', failed: 'FAILED' } as const

async function readStatus(post: Post, id: string, signal?: AbortSignal): Promise<StatusResponse> {
  const { body } = await post('/api/connections/status', { connection_id: id }, asked, { signal })
  const status = words[body.status]
  return body.error_message === undefined ? { status } : { status, errorMessage: body.error_message }
}

type Over = StatusResponse & { readonly status: Exclude<FastnStatus, 'INACTIVE'> }

const isOver = (answer: StatusResponse): answer is Over => answer.status !== 'INACTIVE'
