/** The kill lottery of `npm test`, ten times as long. */

import { killTests } from '../support/kills.ts'

killTests({ kind: 'sqlite', alone: 200, besideRotation: 200 })
