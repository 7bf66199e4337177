/** The callback page of oidc-client-ts. */

import { oidc } from './peers.ts'

await oidc.signinPopupCallback()
