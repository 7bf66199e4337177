/** Click to token: oidc-client-ts. */

import { oidcToken } from './peers.ts'
import { takeByClick } from './take.ts'

takeByClick(oidcToken)
Object.assign(globalThis, { prepared: true })
