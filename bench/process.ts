/** Starts one of the measured processes and asks it questions. */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export interface Measured<Hello, Question extends string> {
  /** What it said when it was ready. */
  readonly hello: Hello
  ask<A>(question: Question): Promise<A>
  end(): Promise<void>
}

/**
 * Starts a file of this folder as a process.
 *
 * @param argument - Reaches it as JSON.
 */
export async function startProcess<Hello, Question extends string>(
  file: string,
  argument: unknown,
  nodeFlags: readonly string[] = [],
): Promise<Measured<Hello, Question>> {
  const flags = [...process.execArgv, ...nodeFlags]
  const child = fork(join(import.meta.dirname, file), [JSON.stringify(argument)], { execArgv: flags })
  child.once('exit', (code) => {
    if (code !== 0) throw new Error(`${file} ended with ${code}.`)
  })
  const [hello]: Hello[] = await once(child, 'message')
  if (hello === undefined) throw new Error(`${file} said nothing.`)
  return {
    hello,
    // One question at a time.
    async ask<A>(question: Question) {
      child.send({ question })
      const [said]: { answer: A }[] = await once(child, 'message')
      if (!said) throw new Error(`${file} did not answer.`)
      return said.answer
    },
    async end() {
      child.disconnect()
      await once(child, 'exit')
    },
  }
}
