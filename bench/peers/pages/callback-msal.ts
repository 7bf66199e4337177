/** The callback page of msal-browser. */

import { broadcastResponseToMainFrame } from '@azure/msal-browser/redirect-bridge'

await broadcastResponseToMainFrame()
