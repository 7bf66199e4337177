/** The host app's own routes: who is signed in, and a connect token for them. */

export interface Person {
  readonly id: string
  readonly name: string
}

/** Whether another page is around this one: then no cookie survives. */
export const framed = self !== top
/** The session of a page in a frame. */
let kept = ''

export const currentPerson = (): Promise<Person | null> => ask('GET')
export const signOut = (): Promise<Person | null> => {
  kept = ''
  return ask('DELETE')
}
export const signIn = (user: string): Promise<Person | null> => {
  if (framed) kept = user
  return ask('POST', JSON.stringify({ user }))
}

async function ask(method: string, body?: string): Promise<Person | null> {
  const answer = await fetch('/session', { method, headers: who(), ...(body === undefined ? {} : { body }) })
  const told: { user: Person | null } = await answer.json()
  return told.user
}

/** Gives a connect token, for a page whose session is no cookie. */
export async function connectToken(): Promise<string> {
  const answer = await fetch('/connect-token', { method: 'POST', headers: who() })
  const told: { token: string } = await answer.json()
  return told.token
}

const who = (): Record<string, string> => (kept ? { 'x-demo-person': kept } : {})
