/** A process of its own that serves a backend on one store, and tells what it costs there. Its argument is JSON. */

import { createServer } from 'node:http'
import { nodeListener } from '../src/server/adapters/node.ts'
import { createBackend } from '../src/server/index.ts'
import { timeChores } from './chores.ts'
import { listen } from './listen.ts'
import { type LoopLag, watchLoop } from './loop-lag.ts'
import { type Place, backendOptions, openStore } from './setting.ts'

/** What a parent may ask for. */
export type Question = 'watch' | 'figures' | 'chores'

export interface Figures extends LoopLag {
  /** The most memory that the process ever had, in MB. */
  readonly rssMax: number
  readonly cpuSeconds: number
}

const { place, issuer }: { place: Place; issuer: string } = JSON.parse(process.argv[2] ?? '{}')
const options = backendOptions(openStore(place), issuer)
const started = performance.now()
const backend = createBackend(options)
await backend.ready()
const startMs = performance.now() - started
const answer = nodeListener(backend)
const port = await listen(createServer((incoming, outgoing) => void answer(incoming, outgoing)))

const loop = watchLoop()
let cpuBefore = process.cpuUsage()

const answers: { readonly [Q in Question]: () => unknown } = {
  watch() {
    loop.reset()
    cpuBefore = process.cpuUsage()
  },
  figures(): Figures {
    const { user, system } = process.cpuUsage(cpuBefore)
    return {
      ...loop.lag(),
      rssMax: process.resourceUsage().maxRSS / 1_024,
      cpuSeconds: (user + system) / 1e6,
    }
  },
  chores: () => timeChores(place),
}

process.on('message', ({ question }: { question: Question }) => {
  void Promise.resolve(answers[question]()).then((answer) => process.send?.({ answer }))
})
process.once('disconnect', () => process.exit(0))
process.send?.({ port, startMs })
