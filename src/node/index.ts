/** Entry `connector-auth/node`: the backend as a process on Node. */

export { jsonLogger } from './json-logger.ts'
export { type Listening, listen } from './listen.ts'
