/** Sets up the state of one fake: its client, its right values, and nothing granted yet. */

import { randomBytes } from 'node:crypto'
import type { ConnectorRecord } from '../protocol/connector.ts'
import { chooseCaptured, fittingAccount } from './captured.ts'
import { type FakeClient, type KnownClient, registerClient } from './client.ts'
import { describe } from './description.ts'
import { Families } from './families.ts'
import type { Fake, ServiceOptions } from './fake.ts'
import type { Origin } from './rewrite.ts'
import type { Known } from './template.ts'
import { inputsOf, knownInputs, valuesFor } from './values.ts'

/** A nonce for proofs of possession (RFC 9449 §8). */
export const newNonce = (): string => randomBytes(12).toString('base64url')

/** A fresh fake and the values that a person would type.
 *
 * @throws {Error} where no right value can be made.
 */
export async function makeFake(
  record: ConnectorRecord,
  origins: readonly Origin[],
  options: ServiceOptions,
): Promise<{ readonly fake: Fake; readonly values: Known }> {
  const says = describe(record)
  const inputs = inputsOf(record)
  const values = valuesFor(inputs, options.values)
  const account = options.account ?? fittingAccount(record, { id: 'account-1', name: 'ana@fake.example' })
  const typed = knownInputs(inputs, values)
  const client = await clientOf(says.token.auth, typed, options)
  const captured = chooseCaptured(record, account, options.captured)
  const basic = Buffer.from(`${typed['username'] ?? ''}:${typed['password'] ?? ''}`).toString('base64')
  const known = { clientId: client.client.clientId, basic, ...typed, ...captured.kept }
  const fake: Fake = {
    says,
    origins,
    options,
    client,
    captured,
    known,
    families: new Families(options.leeway),
    faults: [],
    pushed: new Map(),
    devices: new Map(),
    proofs: new Set(),
    nonce: newNonce(),
    account,
    expiresInSeconds: options.expiresInSeconds ?? 3_600,
  }
  return { fake, values }
}

/** A client that the person types, or one that the host registered. */
function clientOf(
  auth: KnownClient['method'] | undefined,
  typed: Known,
  options: ServiceOptions,
): Promise<KnownClient> {
  const { clientId, clientSecret } = typed
  const fromForm: Partial<FakeClient> = {
    ...(clientId === undefined ? {} : { clientId }),
    ...(clientSecret === undefined ? {} : { clientSecret }),
  }
  return registerClient(auth ?? 'client_secret_basic', { ...fromForm, ...options.client }, clientId !== undefined)
}
