/** The kill lottery of `npm test` on PostgreSQL, ten times as long. */

import { killTests } from '../../support/kills.ts'

killTests({ kind: 'postgres', alone: 200, besideRotation: 200 })
