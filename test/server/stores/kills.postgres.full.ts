/** The kill lottery of `npm test` on PostgreSQL, ten times as long. */

import { killTest, rotationKillTest } from '../../support/kills.ts'

killTest('postgres', 200)
rotationKillTest('postgres', 200)
