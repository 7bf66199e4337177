/** The short-lived bearer that lets one browser act for one subject. */

import { connectToken, groupName, scope, subject } from './ids.ts'
import { type Infer, list, object, oneOf, record, text, whole } from './schema.ts'

/** What a connect token may do; reading a status and listing one's own connections need none. */
export const action = oneOf('connect', 'read_token', 'proxy', 'disconnect')
export type Action = Infer<typeof action>
export const actions: readonly Action[] = ['connect', 'read_token', 'proxy', 'disconnect']

/** Whose connections are meant. The subject has no default, so that nobody acts for a nobody. */
export const connectTokenRequest = object(
  { subject },
  {
    tenant: groupName,
    org: groupName,
    owner: oneOf('user', 'shared'),
    actions: list(action),
    /** Scopes that may be asked for, per connector; a connector that is not named is not limited. */
    scopes: record(list(scope)),
    /** Origins that may use the token, among the space's own. */
    origins: list(text()),
    expiresInSeconds: whole({ minimum: 10, maximum: 900 }),
    /** How a page of the backend names the person, such as a mail address; the subject where absent. */
    label: text({ maxLength: 200 }),
  },
)
export type ConnectTokenRequest = Infer<typeof connectTokenRequest>

export const connectTokenAnswer = object({ token: connectToken, expiresInSeconds: whole({ minimum: 1 }) })
export type ConnectTokenAnswer = Infer<typeof connectTokenAnswer>

export const revokeRequest = object({ subject }, { tenant: groupName, org: groupName })
export const revokeAnswer = object({ revoked: whole({ minimum: 0 }) })
