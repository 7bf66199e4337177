/** Click to token: msal-browser, initialized before the click. */

import { msalToken, prepareMsal } from './peers.ts'
import { takeByClick } from './take.ts'

takeByClick(msalToken)
await prepareMsal()
Object.assign(globalThis, { prepared: true })
