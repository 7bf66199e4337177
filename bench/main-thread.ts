/** Reads from a browser's trace how long the main thread of a page was busy. */

interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  /** Microseconds of the thread's own processor time, and how long the task took of them. */
  readonly tts?: number
  readonly tdur?: number
}

/** Milliseconds. */
interface Busy {
  /** All tasks together, in processor time: what other programs took meanwhile is not counted. */
  readonly busy: number
  readonly longest: number
}

/** How long the thread that set two marks was busy between them. */
export function busyBetween(trace: Buffer, from: string, to: string): Busy {
  const { traceEvents }: { readonly traceEvents: readonly TraceEvent[] } = JSON.parse(trace.toString('utf8'))
  const markOf = (name: string) => {
    const found = traceEvents.find((event) => event.name === name && /^[IiRn]$/.test(event.ph))
    if (found?.tts === undefined) throw new Error(`The trace has no mark ${name}.`)
    return { ...found, tts: found.tts }
  }
  const [begin, end] = [markOf(from), markOf(to)]
  const tasks = traceEvents
    .filter(({ name, pid, tid }) => name === 'ThreadControllerImpl::RunTask' && pid === begin.pid && tid === begin.tid)
    .map(({ tts = 0, tdur = 0 }) => Math.min(tts + tdur, end.tts) - Math.max(tts, begin.tts))
    .filter((microseconds) => microseconds > 0)
  return {
    busy: tasks.reduce((sum, one) => sum + one, 0) / 1_000,
    longest: Math.max(0, ...tasks) / 1_000,
  }
}
