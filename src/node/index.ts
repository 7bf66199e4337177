/** Entry `connector-auth/node`: the backend as a process on Node. */

export { dataFolder } from './data-folder.ts'
export { type JsonLoggerOptions, type LogLevel, jsonLogger, logLevels } from './json-logger.ts'
export { type Listening, listen } from './listen.ts'
export { type Local, type LocalOptions, createLocal } from './local.ts'
export { type LoopbackOptions, listenOnLoopback } from './loopback.ts'
