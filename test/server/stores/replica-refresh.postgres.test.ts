/** Replicas as processes, and a real authorization server that ends a grant whose refresh token comes twice. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OAuthConnector } from '../../../src/protocol/connector.ts'
import { appOrigin } from '../../support/backend.ts'
import { type RealServer, startRealServer } from '../../support/oidc-provider.ts'
import { callsTo, replicaProcesses } from '../../support/replica-processes.ts'
import { described } from '../../support/service.ts'

const read = '/api/v1/connections/service/credentials'
const expiries = 50
/** At each of the two replicas. */
const callers = 100

const recordOf = ({ issuer }: RealServer): OAuthConnector => ({
  ...described,
  method: 'oauth2',
  issuer,
  reach: 'direct',
  discovery: 'openid',
  authorize: { params: { prompt: 'consent' }, scope: { default: ['openid', 'offline_access', 'email'] } },
  token: {},
  refresh: { rotation: 'always' },
  identity: { from: 'id_token', id: 'sub', name: 'email' },
  apiOrigins: [issuer],
})

test('2 replicas × 100 callers × 50 expiries: one refresh each, no refresh token twice, everybody has the current token', async (t) => {
  const redirectUri = `${appOrigin}/connector-auth/callback/default/service`
  const server = await startRealServer(t, redirectUri, {})
  const { clientId, clientSecret = '' } = server.client
  const replicas = await replicaProcesses(t, {
    connector: recordOf(server),
    client: { clientId, clientSecret },
    issuer: server.issuer,
  })
  const [one, other] = await Promise.all([replicas.start(), replicas.start()])
  const pages = await Promise.all([one, other].map(({ url }) => callsTo(url, server).page()))
  assert.equal((await pages[0]?.connect({ connectorId: 'service' }))?.body.status, 'ACTIVE')
  const { db } = replicas.store
  const first = (await db.selectFrom('credential').select('generation').executeTakeFirstOrThrow()).generation

  for (let expiry = 1; expiry <= expiries; expiry += 1) {
    await db.updateTable('credential').set({ expires_at: 1 }).execute()
    const answers = await Promise.all(
      Array.from({ length: 2 * callers }, async (_, index) => pages[index % 2]?.post(read)),
    )
    assert.deepEqual([...new Set(answers.map((answer) => answer?.status))], [200], `expiry ${expiry}`)
    const tokens = new Set(answers.map((answer) => answer?.body.accessToken))
    const row = await db.selectFrom('credential').select(['generation', 'lease_owner']).executeTakeFirstOrThrow()
    assert.deepEqual([row.generation - first, row.lease_owner], [expiry, ''])
    assert.deepEqual([...tokens], [lastToken(server)], 'the token of the last refresh, for everybody')
    const [token] = tokens
    const asked = await fetch(`${server.issuer}/me`, { headers: { authorization: `Bearer ${token}` } })
    assert.equal(asked.status, 200)
  }

  assert.deepEqual(
    refreshes(server).filter(({ status }) => status !== 200),
    [],
  )
  assert.equal(refreshes(server).length, expiries)
  assert.equal(new Set(refreshes(server).map(({ body }) => body.get('refresh_token'))).size, expiries)
  assert.deepEqual(server.endedGrants, [])
})

const refreshes = ({ seen }: RealServer) =>
  seen.filter(({ path, body }) => path === '/token' && body.get('grant_type') === 'refresh_token')

function lastToken(server: RealServer): unknown {
  const answer = refreshes(server).at(-1)?.answer
  return typeof answer === 'object' && answer && 'access_token' in answer ? answer.access_token : undefined
}
