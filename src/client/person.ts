/** Everything the client holds for one signed-in person: it ends as a whole, and the next person begins with nothing. */

import { AuthenticationError } from '../protocol/errors.ts'
import { tagOf } from '../protocol/ids.ts'
import type { PublicConnector } from '../protocol/public-connector.ts'
import { createListing } from './at-once.ts'
import { createTokenSource } from './connect-token.ts'
import type { Left } from './keeping.ts'
import { type Stay, type StayOptions, beginStay } from './stay.ts'

export type { PersonKeeping } from './stay.ts'

export type PersonOptions = Pick<StayOptions, 'options' | 'backend' | 'emit' | 'loadKeeping'>

export interface Person extends Omit<Stay, 'belong'> {
  connectors(): Promise<readonly PublicConnector[]>
  /** Takes a token of the host's in the place of the present one; of another person, it ends the attempts and calls. False
   * where it is the last one that was given, or none. */
  renew(authToken: string | undefined): boolean
  /** Forgets the person, here and in other tabs, and says how far that went. */
  leave(): Promise<Left>
}

/** Begins with a person. */
export function createPerson(own: PersonOptions): Person {
  const { options, emit } = own
  const life = new AbortController()
  let token = ''
  /** Whether it is not known yet whose the token is that the host gave last. */
  let turning = false

  const { getToken, renew } = createTokenSource(options, options.now ?? Date.now, life.signal, (given) => {
    const other = token && tagOf(given) !== tagOf(token)
    token = given
    turning = false
    if (other) {
      const { end } = stay
      stay = begin()
      emit({ type: 'person_changed' })
      end(new AuthenticationError('person_changed', 'Another person is here now. Call again.'))
      // What is sealed of who was here goes now, whether anybody calls or not.
      stay.keeping().catch(() => undefined)
    }
    stay.belong(tagOf(given))
  })
  // Who asks after the host has given a token asks for whom it belongs to.
  const asked = <T>(act: () => Promise<T>) => (turning ? getToken().then(act, act) : act())
  const keeping = () => asked(() => stay.keeping())
  const listing = createListing(async () => (await keeping()).connectors())
  const begin = () => beginStay({ ...own, ...listing, getToken, tag: () => tagOf(token) })
  let stay = begin()

  return {
    connectors: listing.connectors,
    hit: (connectorId, options) => (turning ? undefined : stay.hit(connectorId, options)),
    keeping,
    known: () => asked(() => stay.known()),
    connecting: () => asked(() => stay.connecting()),
    renew(authToken) {
      const taken = renew(authToken)
      turning ||= taken
      return taken
    },
    start: (request) => stay.start(request),
    end(reason) {
      life.abort(reason)
      stay.end(reason)
    },
    leave: () =>
      stay.keeping().then(
        ({ leave }) => leave(token),
        () => ({ revoked: !token, wiped: false }),
      ),
  }
}
