/** A load balancer as plain as they come: one replica after the other, nothing sticky, no request sent twice. */

import { Agent, type IncomingMessage, type ServerResponse, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

export interface Balancer {
  readonly url: string
  /** What was asked, in order. */
  readonly passed: readonly Passed[]
  /** Sends to these from now on. */
  use(targets: readonly string[]): void
}

export interface Passed {
  /** The replica's URL; '' where there was none. */
  readonly target: string
  readonly method: string
  /** Without the query. */
  readonly path: string
  /** 502 where the replica did not answer. */
  status: number | undefined
  /** Why it did not. */
  problem?: string
}

export interface BalancerOptions {
  /** Asks `/readyz` of each this often, and sends only to those that answer 200. */
  readonly readinessMs?: number
}

/** Starts it on loopback; it ends with the test. */
export async function startBalancer(
  t: TestContext,
  targets: readonly string[],
  { readinessMs }: BalancerOptions = {},
): Promise<Balancer> {
  const agent = new Agent({ keepAlive: true })
  const passed: Passed[] = []
  let all = targets
  let ready = targets
  let turn = 0
  const next = () => ready[turn++ % ready.length]
  const server = createServer((incoming, outgoing) => {
    const target = next() ?? ''
    const { method = '', url = '/' } = incoming
    const one: Passed = { target, method, path: url.split('?')[0] ?? '', status: undefined }
    passed.push(one)
    if (target === '') return void outgoing.writeHead((one.status = 502)).end()
    pass({ incoming, outgoing, target, agent }, one)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const look = async () => {
    const looked = await Promise.all(all.map(async (target) => ((await isReady(target)) ? [target] : [])))
    ready = looked.flat()
  }
  const looking = readinessMs === undefined ? undefined : setInterval(() => void look(), readinessMs)
  t.after(() => {
    clearInterval(looking)
    agent.destroy()
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed,
    use(changed) {
      all = changed
      // One that is new waits for its first green answer.
      ready = readinessMs === undefined ? changed : ready.filter((target) => changed.includes(target))
    },
  }
}

const isReady = (target: string) =>
  fetch(`${target}/readyz`, { signal: AbortSignal.timeout(1_000) }).then(
    ({ status }) => status === 200,
    () => false,
  )

interface Passing {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly target: string
  readonly agent: Agent
}

function pass({ incoming, outgoing, target, agent }: Passing, passed: Passed): void {
  const { method, url = '/', headers } = incoming
  const sent = request(new URL(url, target), { method, headers, agent }, (answer) => {
    passed.status = answer.statusCode
    outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
    answer.pipe(outgoing)
  })
  sent.on('error', (error) => {
    // Whoever asked may have gone away.
    if (outgoing.destroyed) return
    passed.status = 502
    passed.problem = error.message
    if (outgoing.headersSent) outgoing.destroy()
    else outgoing.writeHead(502).end()
  })
  outgoing.on('close', () => sent.destroy())
  incoming.pipe(sent)
}
