/** The connectors that come with the package. */

import type { ConnectorRecord } from '../../protocol/connector.ts'
import { github } from './github.ts'
import { google } from './google.ts'
import { microsoft } from './microsoft.ts'
import { slack } from './slack.ts'

/** Connector records by id, each from public documentation; choose those that your host has registered with. */
export const catalogue: Readonly<Record<'github' | 'google' | 'microsoft' | 'slack', ConnectorRecord>> = {
  github,
  google,
  microsoft,
  slack,
}
