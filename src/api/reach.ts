/** Asks where the APIs of connectors are, and whether a page may call them itself. */

import { reaches } from '../protocol/reach.ts'
import type { Call } from './call.ts'

/** Lists what a page must know to call the connectors' APIs. */
export const listReaches = async (call: Call) => (await call('GET /api/v1/connectors', { answer: reaches })).connectors
