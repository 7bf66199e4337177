/** Lists connectors. */

import { connectors } from '../protocol/public-connector.ts'
import type { Call } from './call.ts'

/** Lists the connectors that can be connected. */
export const listConnectors = async (call: Call) =>
  (await call('GET /api/v1/connectors', { answer: connectors })).connectors
