/** A minute of attempts that nobody finishes. */

import { test } from 'node:test'
import { abandonFor } from '../../support/abandon.ts'

test('a minute of attempts that nobody finishes leaves no file open and no memory taken', (t) => abandonFor(t, 60))
