/** The device authorization endpoint, and what became of its user codes. */

import { randomBytes, randomInt } from 'node:crypto'
import { checkClient, clientParameters } from './client.ts'
import { type Fake, refuse, refuseClient, scopeProblems, splitScopes } from './fake.ts'
import { type FakeReply, type FakeRequest, json } from './http.ts'
import { compare, headerProblems, one, readPairs, standardNames } from './parameters.ts'
import { fillAll, fillUrl, target } from './template.ts'
import { clientRule } from './token-request.ts'

/** Consonants only, so that no word is spelt (RFC 8628 §6.1). */
const letters = 'BCDFGHJKLMNPQRSTVWXZ'

/**
 * Starts a device authorization.
 *
 * @see RFC 8628 §3.1 and §3.2
 */
export async function startDevice(fake: Fake, request: FakeRequest): Promise<FakeReply> {
  const { token, urls } = fake.says
  const rule = clientRule(fake)
  const read = readPairs(request, { method: 'POST', body: 'form', target: target(urls.device ?? '', fake.known) })
  const { parameters, problems } = standardNames(read.pairs, { rename: token.rename })
  const wrongClient = refuseClient(fake, 'device', await checkClient(fake.client, rule, request, parameters))
  if (wrongClient) return wrongClient
  const all = [
    ...read.problems,
    ...problems,
    ...compare(parameters, { expected: clientParameters(rule), allowed: ['client_id', 'scope'] }),
    ...headerProblems(request, fillAll(token.headers, fake.known)),
    ...scopeProblems(fake, parameters),
  ]
  if (all.length > 0) return refuse(fake, 'device', all)
  return begin(fake, splitScopes(fake, one(parameters, 'scope')))
}

function begin(fake: Fake, scopes: readonly string[]): FakeReply {
  const code = Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join('')
  const userCode = `${code.slice(0, 4)}-${code.slice(4)}`
  const deviceCode = randomBytes(16).toString('hex')
  const intervalSeconds = fake.options.deviceIntervalSeconds ?? 5
  const next = Date.now() + intervalSeconds * 1_000
  fake.devices.set(deviceCode, { userCode, scopes, state: 'pending', next, intervalSeconds })
  const page = `${new URL(fillUrl(fake.says.urls.device ?? '', fake.known)).origin}/device`
  return json(200, {
    device_code: deviceCode,
    user_code: userCode,
    verification_uri: page,
    verification_uri_complete: `${page}?user_code=${userCode}`,
    expires_in: 600,
    interval: intervalSeconds,
  })
}

/** What a device that asks for its tokens is told. */
export type DeviceOutcome =
  | { readonly kind: 'approved'; readonly scopes: readonly string[] }
  | { readonly kind: 'error'; readonly error: string }

/** Tells a device how it stands; one that asks too soon must slow down (RFC 8628 §3.5). */
export function approvedDevice(fake: Fake, deviceCode: string): DeviceOutcome {
  const grant = fake.devices.get(deviceCode)
  if (!grant) return { kind: 'error', error: 'invalid_grant' }
  // Clocks and timers are not exact: a device that waited its time is not refused for some milliseconds.
  if (Date.now() < grant.next - 50) {
    grant.intervalSeconds += 5
    grant.next = Date.now() + grant.intervalSeconds * 1_000
    return { kind: 'error', error: 'slow_down' }
  }
  grant.next = Date.now() + grant.intervalSeconds * 1_000
  switch (grant.state) {
    case 'pending':
      return { kind: 'error', error: 'authorization_pending' }
    case 'denied':
      fake.devices.delete(deviceCode)
      return { kind: 'error', error: 'access_denied' }
    case 'approved':
      fake.devices.delete(deviceCode)
      return { kind: 'approved', scopes: grant.scopes }
  }
}

/**
 * Answers for the person who typed a user code.
 *
 * @throws {Error} where no device waits with this code.
 */
export function decideDevice(fake: Fake, userCode: string, state: 'approved' | 'denied'): void {
  const grant = [...fake.devices.values()].find((one) => one.userCode === userCode && one.state === 'pending')
  if (!grant) throw new Error(`No device waits with the user code ${userCode}.`)
  grant.state = state
}
