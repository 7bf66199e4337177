/** Adding a connector over the API: its record, and the host's registration at its authorization server. */

import { connectorId } from './ids.ts'
import { type Infer, anything, flag, list, object, record, text } from './schema.ts'

/** A client registration as a caller gives it. */
export const clientFields = object(
  { clientId: text({ minLength: 1, maxLength: 500 }) },
  {
    clientSecret: text({ minLength: 1, maxLength: 4_000 }),
    /** A private JWK, for `private_key_jwt`. */
    privateKey: record(anything),
  },
)
export type ClientFields = Infer<typeof clientFields>

export const connectorBody = object(
  {},
  {
    /** The record; absent: the configured or catalogue record of this id stays. */
    record: anything,
    client: clientFields,
    /** Lets the record send credentials that are kept to other hosts than before. */
    move: flag,
  },
)
export type ConnectorBody = Infer<typeof connectorBody>

/** What the linter says beside yes. */
export const savedConnector = object({ id: connectorId, warnings: list(object({ field: text(), mend: text() })) })
export type SavedConnector = Infer<typeof savedConnector>
