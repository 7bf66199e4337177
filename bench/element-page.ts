/** Runs in the measured page before anything else: marks what is measured, and opens the list when told to. */

/** Marks `defined` → `painted` of the button, `opened` → `listed` of the list, and times keys. */
export function inPage(): void {
  const marks: Record<string, number> = {}
  const keys: number[] = []
  const mark = (name: string) => void (marks[name] ??= performance.mark(name).startTime)
  const afterPaint = (act: () => void) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port1.addEventListener('message', act)
      port1.start()
      port2.postMessage(0)
    })
  const { define } = CustomElementRegistry.prototype
  CustomElementRegistry.prototype.define = function (...parameters) {
    mark('defined')
    return define.apply(this, parameters)
  }
  // Told when it is known how things stand; shown in the same frame.
  const shows = (wanted: string, name: string) =>
    new Promise<void>((resolve) => {
      document.addEventListener('connector-auth-status-change', (event) => {
        if (Reflect.get(event, 'status') !== wanted) return
        afterPaint(() => {
          mark(name)
          resolve()
        })
      })
    })
  const painted = shows('idle', 'painted')
  const listed = shows('list', 'listed')
  addEventListener('keydown', ({ timeStamp }) => afterPaint(() => void keys.push(performance.now() - timeStamp)), true)
  const frame = () => {
    const start = performance.now()
    return new Promise<number>((resolve) => afterPaint(() => resolve(performance.now() - start)))
  }
  const openList = () => {
    const button = document.querySelector('connector-auth')
    const list = button?.cloneNode()
    if (!(list instanceof HTMLElement)) throw new Error('there is no button')
    list.id = 'list'
    list.removeAttribute('connector-id')
    list.setAttribute('base-url', '/many')
    Reflect.set(list, 'authToken', Reflect.get(button ?? {}, 'authToken'))
    mark('opened')
    document.body.append(list)
    return listed
  }
  const sinceAnswer = () => {
    const answers = performance.getEntriesByType('resource').filter(({ name }) => name.includes('/many/'))
    const last = Math.max(...answers.map((entry) => Number(Reflect.get(entry, 'responseEnd'))))
    return (marks['listed'] ?? Number.NaN) - last
  }
  const between = (from: string, to: string) => (marks[to] ?? Number.NaN) - (marks[from] ?? Number.NaN)
  Object.assign(globalThis, { frame, keys, painted, listed, openList, between, sinceAnswer })
}
