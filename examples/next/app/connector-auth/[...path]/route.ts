/** Mounts the backend. */

import { nextHandlers } from 'connector-auth/server'
import { backend } from '../../../backend'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = nextHandlers({
  fetch: (request) => backend().fetch(request),
})
