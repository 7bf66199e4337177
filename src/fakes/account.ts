/** Whose account a service says that it is. */

import type { Fake } from './fake.ts'
import type { FakeAccount } from './grants.ts'
import { fill } from './template.ts'

/** The account as the record's paths tell it; undefined where nothing does. */
export function accountAsTold(fake: Fake): FakeAccount | undefined {
  const { identity, verify } = fake.says
  const { id, name } = fake.account
  if (identity?.from === 'captured') return { id: fill(identity.id, fake.known), name: fill(identity.name, fake.known) }
  const paths = identity ?? verify?.account
  // One path for both: then what tells them apart names them, too.
  return paths && (paths.id === paths.name ? { id, name: id } : { id, name })
}
