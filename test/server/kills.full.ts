/** The kill lottery of `npm test`, ten times as long. */

import { killTest, rotationKillTest } from '../support/kills.ts'

killTest('sqlite', 200)
rotationKillTest('sqlite', 200)
