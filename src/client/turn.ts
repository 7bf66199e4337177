/** Lets one tab at a time do something; where that cannot be had, it is done all the same (the backend bears it). */

/** A holder's calls end by themselves after 20 s, so this ends no turn that is still needed. */
const holdMilliseconds = 25_000
/** Longer than a turn, or all who wait would give up just before the answer. */
const waitMilliseconds = 30_000

/** What a turn brings, and what must be done before the next one's begins. */
export interface Turn<T> {
  readonly value: T
  readonly done: Promise<unknown>
}

/** Does the work in a turn; settles as soon as there is a value, while the turn lasts until its `done`.
 *
 * It rejects with what the work rejects with, or with the reason of `signal`.
 */
export function inTurn<T>(name: string, signal: AbortSignal, work: () => Promise<Turn<T>>): Promise<T> {
  return new Promise((resolve, reject) => {
    const run = async () => {
      try {
        const { value, done } = await work()
        resolve(value)
        await done
      } catch (error) {
        reject(error)
      }
    }
    const limit = AbortSignal.timeout(waitMilliseconds)
    // Absent on pages without a secure context.
    const locks = (navigator as Partial<Navigator>).locks
    if (!locks) return void run()
    // Not in the lock's own promise: a page that may not take locks, or waited too long, goes on without.
    locks
      .request(name, { signal: AbortSignal.any([signal, limit]) }, () => Promise.race([run(), pass()]))
      .catch(() => {
        if (signal.aborted) reject(signal.reason)
        else void run()
      })
  })
}

const pass = () => new Promise((resolve) => setTimeout(resolve, holdMilliseconds))
