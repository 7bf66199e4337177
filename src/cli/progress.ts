/** Says on a terminal that long work goes on; a file or a pipe gets nothing of it. */

const everyMs = 200

/**
 * Shows a line that counts seconds, on standard error, while work runs; it is gone when the work is done.
 *
 * @param detail - what is added to the line, such as a count; asked each time.
 */
export async function withProgress<T>(
  label: string,
  work: () => Promise<T>,
  detail: () => string = () => '',
): Promise<T> {
  const { stderr } = process
  if (!stderr.isTTY) return work()
  const started = Date.now()
  const timer = setInterval(() => {
    const more = detail()
    stderr.write(`\r\u001B[K${label} … ${Math.floor((Date.now() - started) / 1_000)} s${more && `, ${more}`}`)
  }, everyMs)
  try {
    return await work()
  } finally {
    clearInterval(timer)
    stderr.write('\r\u001B[K')
  }
}
