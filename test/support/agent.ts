/** An agent of a backend that runs in this process: the backend's routes over its own fetch, services over HTTP. */

import { type Agent, type AgentOptions, createAgent } from '../../src/agent/index.ts'
import type { Backend } from '../../src/server/index.ts'
import { apiKey, appOrigin } from './backend.ts'

export const backendUrl = `${appOrigin}/connector-auth`

/** Requests to the backend stay in this process; all others go out. */
export const sendTo =
  (backend: Pick<Backend, 'fetch'>): typeof fetch =>
  (input, init) => {
    const request = new Request(input, init)
    return request.url.startsWith(backendUrl) ? backend.fetch(request) : fetch(request)
  }

export const agentOf = (backend: Pick<Backend, 'fetch'>, options: Partial<AgentOptions> = {}): Agent =>
  createAgent({ baseUrl: backendUrl, apiKey, subject: 'ana', fetch: sendTo(backend), ...options })
