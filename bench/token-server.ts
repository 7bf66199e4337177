/** A process of its own: an authorization server that only refreshes, with rotation, and counts. Its argument is JSON. */

import { createServer } from 'node:http'
import { listen } from './listen.ts'
import { type LoopLag, watchLoop } from './loop-lag.ts'

/** What it counted. */
export interface Counted extends LoopLag {
  readonly calls: number
  /** Refresh tokens that came again after they had been replaced, or that it never gave. */
  readonly reuses: number
  /** Calls that it worked on at the same moment, at most. */
  readonly parallelMax: number
}

const { answerMs, expiresInSeconds }: { answerMs: number; expiresInSeconds: number } = JSON.parse(
  process.argv[2] ?? '{}',
)
/** The rotation that each grant has reached. */
const rotations = new Map<string, number>()
let calls = 0
let reuses = 0
let parallel = 0
let parallelMax = 0

const server = createServer((request, response) => {
  let text = ''
  request.on('data', (chunk) => (text += String(chunk)))
  request.on('end', () => {
    calls += 1
    parallel += 1
    parallelMax = Math.max(parallelMax, parallel)
    const body = refresh(new URLSearchParams(text).get('refresh_token') ?? '')
    setTimeout(() => {
      parallel -= 1
      response.writeHead('error' in body ? 400 : 200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    }, answerMs)
  })
})
server.keepAliveTimeout = 60_000

/** A refresh token is `rt.<grant>.<rotation>.<padding>`. */
function refresh(token: string): object {
  const [kind, grant = '', rotation] = token.split('.')
  const current = rotations.get(grant) ?? 0
  if (kind !== 'rt' || Number(rotation) !== current) {
    reuses += 1
    return { error: 'invalid_grant' }
  }
  rotations.set(grant, current + 1)
  return {
    access_token: `at.${grant}.${current + 1}.${'a'.repeat(220)}`,
    refresh_token: `rt.${grant}.${current + 1}.${'r'.repeat(100)}`,
    token_type: 'Bearer',
    expires_in: expiresInSeconds,
  }
}

const loop = watchLoop()
const port = await listen(server)
process.on('message', () => {
  process.send?.({ answer: { calls, reuses, parallelMax, ...loop.lag() } satisfies Counted })
})
process.once('disconnect', () => process.exit(0))
process.send?.({ port })
