/** One look at an address of the installation or of a service: nothing is sent but the request itself. */

export interface Seen {
  readonly status: number
  readonly headers: Headers
  /** The first 200 kB. */
  readonly text: string
  /** How far this machine's clock is ahead of the answer's Date, in seconds; undefined where it has none. */
  readonly clockAheadSeconds: number | undefined
}

const mostCharacters = 200_000

/** Sends a GET and follows nothing; undefined where nobody answers within 10 s. */
export async function look(url: string): Promise<Seen | undefined> {
  try {
    const sent = Date.now()
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(10_000) })
    const half = sent + (Date.now() - sent) / 2
    const { status, headers } = response
    const date = Date.parse(headers.get('date') ?? '')
    return { status, headers, text: await startOf(response), clockAheadSeconds: aheadOf(half, date) }
  } catch {
    return undefined
  }
}

/** A Date names a second: half of it is the best guess. */
function aheadOf(now: number, date: number): number | undefined {
  return Number.isFinite(date) ? Math.round((now - date - 500) / 1_000) : undefined
}

async function startOf(response: Response): Promise<string> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > mostCharacters) break
  }
  return text
}
