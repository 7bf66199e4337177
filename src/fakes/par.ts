/** Takes pushed authorization requests. */

import { randomBytes } from 'node:crypto'
import { checkAuthorization } from './authorization-check.ts'
import { checkClient, clientParameters } from './client.ts'
import { checkProof } from './dpop.ts'
import { type Fake, refuse, refuseClient } from './fake.ts'
import { type FakeReply, type FakeRequest, json } from './http.ts'
import { readPairs, standardNames } from './parameters.ts'
import { target } from './template.ts'
import { clientRule } from './token-request.ts'

/**
 * Checks a pushed request like one that comes by the browser, and its client like at the token endpoint.
 *
 * @see RFC 9126 §2
 */
export async function pushRequest(fake: Fake, request: FakeRequest): Promise<FakeReply> {
  if (fake.says.dpop && request.headers['dpop'] !== undefined) {
    const proof = await checkProof(fake, request, 'par')
    if (proof.kind === 'answer') return proof.reply
  }
  const { par: url = '' } = fake.says.urls
  const read = readPairs(request, { method: 'POST', body: 'form', target: target(url, fake.known) })
  const rule = clientRule(fake)
  const { parameters } = standardNames(read.pairs, fake.says.authorize)
  const wrongClient = refuseClient(fake, 'par', await checkClient(fake.client, rule, request, parameters))
  if (wrongClient) return wrongClient
  const { client_id: _, ...secrets } = clientParameters(rule)
  const { asked, problems } = checkAuthorization(fake, read.pairs, undefined, secrets)
  const all = [...read.problems, ...problems]
  if (all.length > 0) return refuse(fake, 'par', all)
  const reference = `urn:ietf:params:oauth:request_uri:${randomBytes(16).toString('hex')}`
  fake.pushed.set(reference, asked)
  return json(201, { request_uri: reference, expires_in: 60 })
}
