/** Click to token: ours, prepared as by a pointer that rests on the button. */

import { client, connect } from './client.ts'
import { takeByClick } from './take.ts'

takeByClick(connect)
await client.prepare({ connectorId: 'acme' })
Object.assign(globalThis, { prepared: true })
