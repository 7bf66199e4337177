/** Registers `<connector-auth>`: the entry for a script tag and for bundlers that want no more. */

import { define } from './define.ts'

define()

export * from './index.ts'
