/** Gives the page a connect token for who is signed in. */

import { mintConnectToken } from '../../backend'

// Your session says who this is; here everybody is Ana.
export const POST = (request: Request) => mintConnectToken(request, 'ana')
