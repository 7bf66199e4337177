/** Several backends on one database, as replicas behind a load balancer, with one fake authorization server. */

import type { TestContext } from 'node:test'
import { type FakeAuthorizationServer, startFakeAuthorizationServer } from '../../src/fakes/index.ts'
import { type Backend, type BackendOptions, type Store, createBackend } from '../../src/server/index.ts'
import { type Harness, apiKey, appOrigin, callsOf, sealingKey } from './backend.ts'

export type Replica = Omit<Harness, 'fake'>

export interface Replicas {
  readonly fake: FakeAuthorizationServer
  /** Starts one more; it is ready when it is there. */
  start(options?: Partial<BackendOptions>): Promise<Replica>
}

export async function startReplicas(t: TestContext, open: () => Store): Promise<Replicas> {
  const fake = await startFakeAuthorizationServer()
  const backends: Backend[] = []
  t.after(async () => {
    await Promise.all(backends.map((backend) => backend.close()))
    await fake.close()
  })
  return {
    fake,
    async start(options) {
      const backend = createBackend({
        publicUrl: `${appOrigin}/connector-auth`,
        store: open(),
        sealingKeys: [sealingKey],
        apiKeys: [apiKey],
        connectors: [fake.record()],
        clients: { fake: { clientId: fake.clientId, clientSecret: fake.clientSecret } },
        egress: { allow: [fake.issuer] },
        ...options,
      })
      backends.push(backend)
      await backend.ready()
      return { backend, ...callsOf(backend, fake) }
    },
  }
}
