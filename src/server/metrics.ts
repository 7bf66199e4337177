/** What the process counts and measures, in the text format of Prometheus. */

import { Counter, Gauge, Histogram, Registry } from 'prom-client'

export type CallOutcome = 'answered' | 'refused' | 'failed'
export type RefreshOutcome = 'refreshed' | 'rejected' | 'failed'

/** Counts and measures; nothing here can fail a request. */
export interface Metrics {
  /** A request that was answered; `route` is the name of the route table, `none` outside it. */
  countRequest(request: {
    readonly route: string
    readonly method: string
    readonly status: number
    readonly seconds: number
  }): void
  /** A refresh that came to an end: new tokens, a definitive refusal, or a fault that may pass. */
  countRefresh(connector: string, outcome: RefreshOutcome): void
  /** One call to a connector's authorization server; `act` is such as `token`, `revoke`, `identity`. */
  observeCall(connector: string, act: string, seconds: number, outcome: CallOutcome): void
  /** The present state. */
  text(): Promise<string>
  readonly contentType: string
}

const methods = ['GET', 'HEAD', 'POST', 'DELETE', 'PUT', 'PATCH', 'OPTIONS']

/**
 * Makes the metrics of one backend, in a registry of its own.
 *
 * @param isConnector - Labels are names of configured connectors only: whoever calls must not be able to make new ones.
 */
export function createMetrics(version: string, isConnector: (id: string) => boolean): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const requests = new Counter({
    name: 'connector_auth_requests_total',
    help: 'Requests answered.',
    labelNames: ['route', 'method', 'status'],
    registers,
  })
  const requestSeconds = new Histogram({
    name: 'connector_auth_request_seconds',
    help: 'Time to answer a request.',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15],
    registers,
  })
  const refreshes = new Counter({
    name: 'connector_auth_refreshes_total',
    help: 'Refreshes that ended.',
    labelNames: ['connector', 'outcome'],
    registers,
  })
  const callSeconds = new Histogram({
    name: 'connector_auth_authorization_server_call_seconds',
    help: 'Time of a call to an authorization server.',
    labelNames: ['connector', 'act', 'outcome'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
    registers,
  })
  new Gauge({
    name: 'connector_auth_build_info',
    help: 'The version that runs.',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1)
  const nameOf = (connector: string) => (isConnector(connector) ? connector : 'other')
  return {
    countRequest({ route, method, status, seconds }) {
      const labels = { route, method: methods.includes(method) ? method : 'other', status: `${String(status)[0]}xx` }
      requests.inc(labels)
      requestSeconds.observe(labels, seconds)
    },
    countRefresh: (connector, outcome) => refreshes.inc({ connector: nameOf(connector), outcome }),
    observeCall: (connector, act, seconds, outcome) =>
      callSeconds.observe({ connector: nameOf(connector), act, outcome }, seconds),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}
