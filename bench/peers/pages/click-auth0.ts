/** Click to token: auth0-spa-js. */

import { auth0Token } from './peers.ts'
import { takeByClick } from './take.ts'

takeByClick(auth0Token)
Object.assign(globalThis, { prepared: true })
