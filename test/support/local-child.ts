/** A script of its own process that reads a token, and prints it. */

import { createLocal } from '../../src/node/index.ts'
import type { ConnectorRecord } from '../../src/server/index.ts'

const { FOLDER = '', RECORD = '', ISSUER = '', SECRET = '' } = process.env
const record: ConnectorRecord = JSON.parse(RECORD)
const local = await createLocal({
  folder: FOLDER,
  connectors: [record],
  clients: { [record.id]: { clientId: 'fake-client', clientSecret: SECRET } },
  egress: { allow: [ISSUER] },
})
const credentials = await local.agent.getCredentials(record.id)
process.stdout.write(`${credentials && 'accessToken' in credentials ? credentials.accessToken : null}\n`)
await local.close()
