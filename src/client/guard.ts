/** Stands between the client and a storage that may fail in any way: nothing rejects, nothing hangs. */

const limitMilliseconds = 2_000

/** Watches over one storage. */
export interface Guard {
  /** Does the work unless the storage has failed before; undefined where it fails now. */
  run<T>(work: () => Promise<T>): Promise<T | undefined>
  /** Does the work although the storage has failed: who is to be forgotten is, as far as can be; false where it fails. */
  attempt(work: () => Promise<unknown>): Promise<boolean>
  /** Whether the storage has not failed. */
  readonly works: boolean
}

/** Makes a guard; `onFault` hears of the first fault, once. */
export function createGuard(onFault: (cause: unknown) => void): Guard {
  let works = true
  const fail = (cause: unknown) => {
    if (works) onFault(cause)
    works = false
  }
  return {
    async run(work) {
      try {
        if (works) return await inTime(work())
      } catch (cause) {
        fail(cause)
      }
      return undefined
    },
    async attempt(work) {
      try {
        await inTime(work())
        return true
      } catch (cause) {
        fail(cause)
        return false
      }
    },
    get works() {
      return works
    },
  }
}

function inTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error('The storage did not answer')), limitMilliseconds)
    work.then(resolve, reject).finally(() => clearTimeout(limit))
  })
}
